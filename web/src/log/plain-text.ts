import { splitText } from './split-text.ts';

const usualLength = 200;
/** Longer texts are cut before they are split: of what is shown in one line, only the beginning is seen. */
const lookedAt = 2000;

/** Returns the beginning of a text in one line, without the signs around code. */
export function plainText(text: string, maxLength = usualLength): string {
  const words = splitText(text.slice(0, Math.max(lookedAt, maxLength))).map((part) =>
    part.type === 'block' ? ` ${part.text} ` : part.text,
  );
  return words.join('').replaceAll('```', '').replace(/\s+/g, ' ').trim().slice(0, maxLength);
}
