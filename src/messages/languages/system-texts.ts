import type { SystemEventType } from '../../generated/prisma/client.ts';

interface Names {
  subject: string;
  room: string;
}

/** The texts of system messages in one language. */
export type SystemTexts = Record<SystemEventType | 'UNKNOWN', (names: Names) => string> & {
  unknownSubject: string;
  unnamedRoom: string;
};
