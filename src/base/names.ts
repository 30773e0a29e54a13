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
