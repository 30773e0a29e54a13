import type { SystemTexts } from './system-texts.ts';

export const english: SystemTexts = {
  ROOM_CREATED: ({ subject, room }) => `${subject} created ${room}.`,
  MEMBER_JOINED: ({ subject, room }) => `Welcome to ${room}, ${subject}!`,
  MEMBER_LEFT: ({ subject }) => `${subject} left.`,
  MEMBER_REMOVED: ({ subject }) => `${subject} was removed.`,
  UNKNOWN: ({ room }) => `Something has changed in ${room}.`,
  unknownSubject: 'Somebody',
  unnamedRoom: 'the room',
};
