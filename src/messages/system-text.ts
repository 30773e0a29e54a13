import type { SystemEventType } from '../generated/prisma/client.ts';
import { english } from './languages/en.ts';
import { spanish } from './languages/es.ts';
import { portuguese } from './languages/pt.ts';
import type { SystemTexts } from './languages/system-texts.ts';

/** A new language is a file in `languages/` and an entry here. */
const byLanguage: Record<string, SystemTexts> = { en: english, es: spanish, pt: portuguese };

interface Happening {
  type: SystemEventType;
  subjectName: string | null;
  roomName: string | null;
}

/** Returns the type of a system message; UNKNOWN for one that a newer server has added, and this one does not know. */
export function knownType(type: SystemEventType): SystemEventType | 'UNKNOWN' {
  return Object.hasOwn(english, type) ? type : 'UNKNOWN';
}

/** Returns the text of a system message in a language (BCP 47, any region), or in English if the language is missing. */
export function systemText(language: string, { type, subjectName, roomName }: Happening): string {
  const texts = byLanguage[new Intl.Locale(language).language] ?? english;
  return texts[knownType(type)]({ subject: subjectName ?? texts.unknownSubject, room: roomName ?? texts.unnamedRoom });
}
