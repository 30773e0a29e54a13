import type { SystemTexts } from './system-texts.ts';

export const spanish: SystemTexts = {
  ROOM_CREATED: ({ subject, room }) => `${subject} ha creado ${room}.`,
  MEMBER_JOINED: ({ subject, room }) => `¡Te damos la bienvenida a ${room}, ${subject}!`,
  MEMBER_LEFT: ({ subject }) => `${subject} se ha ido.`,
  MEMBER_REMOVED: ({ subject }) => `${subject} ya no está en la sala por decisión de un moderador.`,
  UNKNOWN: ({ room }) => `Algo ha cambiado en ${room}.`,
  unknownSubject: 'Alguien',
  unnamedRoom: 'la sala',
};
