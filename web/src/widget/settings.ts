/** The attributes of the element that it follows. `data-guest-name` is one of the script's, too. */
export const attributes = [
  'server',
  'room',
  'token',
  'data-guest-name',
  'lang',
  'theme',
  'readonly',
  'header',
  'compact',
] as const;

/** What the host page asks for. */
export interface Settings {
  /** The address of the server, without a slash at its end. */
  server: string;
  /** The slug or the id of a room. */
  room: string;
  token: string | null;
  guestName: string | null;
  /** A BCP 47 tag, or `auto`. */
  lang: string;
  isReadonly: boolean;
  hasHeader: boolean;
  isCompact: boolean;
}

/** Where this script comes from. */
const origin = new URL(import.meta.url).origin;

/** Returns what the attributes of an element ask for. */
export function settingsOf(element: HTMLElement): Settings {
  return {
    server: originOf(element.getAttribute('server')),
    room: element.getAttribute('room')?.trim() ?? '',
    token: element.getAttribute('token')?.trim() || null,
    guestName: element.getAttribute('data-guest-name')?.trim() || null,
    lang: element.getAttribute('lang')?.trim() || 'auto',
    isReadonly: element.hasAttribute('readonly'),
    hasHeader: element.getAttribute('header') !== 'off',
    isCompact: element.hasAttribute('compact'),
  };
}

function originOf(server: string | null): string {
  const url = server ? URL.parse(server, document.baseURI) : null;
  return url ? url.origin : origin;
}
