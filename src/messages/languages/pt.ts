import type { SystemTexts } from './system-texts.ts';

export const portuguese: SystemTexts = {
  ROOM_CREATED: ({ subject, room }) => `${subject} criou ${room}.`,
  MEMBER_JOINED: ({ subject, room }) => `Boas-vindas a ${room}, ${subject}!`,
  MEMBER_LEFT: ({ subject }) => `${subject} saiu.`,
  MEMBER_REMOVED: ({ subject }) => `${subject} foi removido(a).`,
  UNKNOWN: ({ room }) => `Algo mudou em ${room}.`,
  unknownSubject: 'Alguém',
  unnamedRoom: 'a sala',
};
