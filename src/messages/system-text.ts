import type { SystemEventType } from '../generated/prisma/client.ts';
import { english } from './languages/en.ts';
import { spanish } from './languages/es.ts';
import { portuguese } from './languages/pt.ts';

interface Names {
  subject: string;
  room: string;
}

/** The texts of one language; a language joins by a file in `languages/` and a line below. */
export type SystemTexts = Record<SystemEventType, (names: Names) => string> & {
  unknownSubject: string;
  unnamedRoom: string;
};

const byLanguage: Record<string, SystemTexts> = { en: english, es: spanish, pt: portuguese };

interface Happening {
  type: SystemEventType;
  subjectName: string | null;
  roomName: string | null;
}

/** What a system message says in a language (BCP 47; any region of it), in English where it is not among ours. */
export function systemText(language: string, { type, subjectName, roomName }: Happening): string {
  const texts = byLanguage[new Intl.Locale(language).language] ?? english;
  return texts[type]({ subject: subjectName ?? texts.unknownSubject, room: roomName ?? texts.unnamedRoom });
}
