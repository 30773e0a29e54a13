import { invalidInput } from './errors.ts';
import { requireText } from './text.ts';

/**
 * Characters that nobody sees, but that change what a name looks like, or make two names that look the same: controls of
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

/**
 * Returns a name of a user, a room or a key, trimmed: one line of 1 to `max` characters without hidden ones. Invisible
 * characters are allowed where emojis and scripts need them. Throws INVALID_INPUT.
 */
export function requireName(value: string, { path, max }: { path: readonly string[]; max: number }): string {
  const name = requireText(value, { path, max });
  if (withoutHidden(name) !== name) {
    throw invalidInput('The name contains an invisible character, such as a control of direction.', path, 'noHidden');
  }
  return name;
}

/** Returns the text without hidden characters, except where emojis and scripts need them. */
export function withoutHidden(text: string): string {
  return text.replace(invisible, (_found, legitimate: string | undefined) => legitimate ?? '');
}

/**
 * Returns a text in the form in which texts are compared without regard to case, to the composition of accents, and to
 * compatibility forms such as wide letters: nearly Unicode's NFKC_Casefold. JavaScript has no case folding; upper case and
 * then lower case comes close, and does not depend on the database's locale. Of the Turkish letters, İ and ı count as i.
 */
export function foldText(text: string): string {
  // Most texts are ASCII, for which this is all.
  if (/^[\x20-\x7E]*$/.test(text)) return text.toLowerCase();
  const seen = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  const lower = seen.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i');
  return lower.normalize('NFKC');
}
