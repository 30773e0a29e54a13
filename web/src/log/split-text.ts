/** A piece of a message's text. Nothing of it is ever HTML. */
export type TextPart = { type: 'text' | 'code' | 'block'; text: string } | { type: 'link'; text: string; href: string };

const fence = '```';
const linkMaxLength = 60;

/** Splits a text into words, links and code, in time that is linear in its length. */
export function splitText(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (;;) {
    const opening = text.indexOf(fence, from);
    const closing = opening < 0 ? -1 : text.indexOf(fence, opening + fence.length);
    if (closing < 0) break;
    const block = blockOf(text.slice(opening + fence.length, closing));
    if (block === '') splitCode(text.slice(from, closing + fence.length), parts);
    else {
      splitCode(text.slice(from, opening).replace(/\n$/, ''), parts);
      parts.push({ type: 'block', text: block });
    }
    from = closing + fence.length;
    if (block !== '' && text[from] === '\n') from += 1;
  }
  splitCode(text.slice(from), parts);
  return parts;
}

/** Returns what stands between two fences, without the name of its language and the line breaks beside the fences. */
function blockOf(inside: string): string {
  const lineEnd = inside.indexOf('\n');
  const isLanguage = lineEnd >= 0 && /^[\w+#-]{0,20}$/.test(inside.slice(0, lineEnd));
  return (isLanguage ? inside.slice(lineEnd + 1) : inside).replace(/\n$/, '');
}

/** Splits a text without blocks at code between two backticks of one line. */
function splitCode(text: string, parts: TextPart[]): void {
  let from = 0;
  let opening = text.indexOf('`');
  while (opening >= 0) {
    const closing = text.indexOf('`', opening + 1);
    if (closing < 0) break;
    const code = text.slice(opening + 1, closing);
    if (code.trim() === '' || code.includes('\n')) {
      opening = closing;
      continue;
    }
    splitLinks(text.slice(from, opening), parts);
    parts.push({ type: 'code', text: code });
    from = closing + 1;
    opening = text.indexOf('`', from);
  }
  splitLinks(text.slice(from), parts);
}

/** Characters that no address has: spaces, quotes, and those that change the direction of text. */
const address = /\bhttps?:\/\/[^\s<>"`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gi;

function splitLinks(text: string, parts: TextPart[]): void {
  let from = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const shown = withoutPunctuation(found);
    const url = URL.parse?.(shown) ?? parse(shown);
    if (!url) continue;
    if (index > from) parts.push({ type: 'text', text: text.slice(from, index) });
    parts.push({ type: 'link', text: labelOf(shown, url), href: url.href });
    from = index + shown.length;
  }
  if (from < text.length) parts.push({ type: 'text', text: text.slice(from) });
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Removes what belongs to the sentence around: marks at the end, and a bracket that was opened before the address. */
function withoutPunctuation(found: string): string {
  let open = 0;
  for (const letter of found) open += letter === '(' ? 1 : letter === ')' ? -1 : 0;
  let end = found.length;
  for (; end > 0; end--) {
    const last = found[end - 1]!;
    if (last === ')' && open < 0) open += 1;
    else if (!".,;:!?'*_]}…»”".includes(last)) break;
  }
  return found.slice(0, end);
}

/**
 * Returns what a link shows: no scheme, and the whole host to which it leads, as the browser understands it. What looks
 * like a host and is none, such as a name before an `@`, or one in letters of another script, is not shown as typed.
 */
function labelOf(shown: string, url: URL): string {
  const { host, pathname, search, hash } = url;
  const [, typedHost = '', typedPath = ''] = /^https?:\/\/([^/?#\\]*)((?:[/?#].*)?)$/is.exec(shown) ?? [];
  const path = typedHost.toLowerCase() === host ? typedPath : pathname + search + hash;
  const label = path === '/' ? host : host + path;
  return label.length > linkMaxLength ? `${label.slice(0, Math.max(linkMaxLength - 1, host.length))}…` : label;
}

/** Returns whether a text is one to three emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 100 && /^\s*(?:\p{RGI_Emoji}\s*){1,3}$/v.test(text);
}
