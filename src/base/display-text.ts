import { invalidInput } from './errors.ts';
import { type Bounds, requireText } from './text.ts';

/**
 * Characters that nobody sees, but that change what a text looks like, or make two names that look the same: controls of
 * the writing direction, spaces without width, format characters, fillers, and code points that Unicode reserves for such.
 * U+2800 is Braille without dots.
 */
const hidden = String.raw`[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]`;

/*
 * Places where an invisible character belongs to the spelling. The rules for the joiners are those of RFC 5892, A.1 and A.2,
 * with the scripts whose letters join in place of the joining types, which JavaScript does not know.
 */
const pictograph = String.raw`\p{Extended_Pictographic}`;
const skin = String.raw`[\u{1F3FB}-\u{1F3FF}]`;
const joining = String.raw`\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}`;
const virama = String.raw`[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA\u1039\u17D2]`;
// 👩‍🚀: a joiner between pictographs.
const ofEmojis = String.raw`(?<=${pictograph}(?:\uFE0F|${skin})?)\u200D(?=${pictograph})`;
// ❤️: the choice between a picture and a letter, also in the keycap 1️⃣.
const ofPictures = String.raw`(?<=${pictograph})[\uFE0E\uFE0F]|(?<=[0-9#*])\uFE0F(?=\u20E3)`;
// 🏴󠁧󠁢󠁳󠁣󠁴󠁿: the flags of regions.
const ofFlags = String.raw`(?<=\u{1F3F4})[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F}`;
// नमस्‍ते: a joiner or non-joiner after a virama. می‌شود: a non-joiner between letters that would join.
const ofScripts = String.raw`(?<=${virama})[\u200C\u200D]|(?<=[${joining}]\p{M}{0,3})\u200C(?=[${joining}])`;
// 辻󠄀: variants of a letter.
const ofVariants = String.raw`(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]|(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]`;
/** Finds invisible characters; the group has those that are legitimate. */
const invisible = new RegExp(`(${ofEmojis}|${ofPictures}|${ofFlags}|${ofScripts}|${ofVariants})|${hidden}`, 'gu');

/** More marks above or below one letter than any language needs, by Unicode Technical Standard 39, section 5.4. */
const stacked = /([\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]+/gu;
/** Each font shows another picture for these, or none; and code points that are no characters. */
const meaningless = /[\p{Co}\p{Noncharacter_Code_Point}]/gu;

/**
 * Returns a text that is shown beside texts of others, trimmed: a name, a topic, a status, the reason of a ban. It has 1 to
 * `max` characters, and none that is invisible (except where emojis and scripts need them), for private use, or a pile of
 * more than four marks on a letter. One line unless `multiline`. Throws INVALID_INPUT.
 */
export function requireDisplayText(value: string, bounds: Bounds): string {
  const text = requireText(value, bounds);
  const { path } = bounds;
  const found = firstHidden(text);
  if (found !== undefined) {
    const message = `The text contains an invisible character, such as a control of direction: ${codeOf(found)}.`;
    throw invalidInput(message, path, 'noHidden');
  }
  const [other] = text.match(meaningless) ?? [];
  if (other !== undefined) {
    throw invalidInput(`The text contains a character for private use: ${codeOf(other)}.`, path, 'noPrivateUse');
  }
  if (text.normalize('NFD').search(stacked) >= 0) {
    throw invalidInput('The text has more than four accents or other marks on one letter.', path, 'noStackedMarks');
  }
  return text;
}

/** Returns the text without what `requireDisplayText` refuses. */
export function withoutRefused(text: string): string {
  const visible = text
    .replace(invisible, (_found, legitimate: string | undefined) => legitimate ?? '')
    .replace(meaningless, '');
  const apart = visible.normalize('NFD');
  return apart.search(stacked) >= 0 ? apart.replace(stacked, '$1').normalize('NFC') : visible;
}

function firstHidden(text: string): string | undefined {
  return [...text.matchAll(invisible)].find(([, legitimate]) => legitimate === undefined)?.[0];
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
