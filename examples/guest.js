import { createParley } from 'parley-client';
import { CreateGuestSessionDocument } from 'parley-client/documents';

/**
 * Returns a function for `token`: the token of this browser's guest, or of a new guest if it has none, or if the server
 * refuses it. Your own users sign in with yours in its place.
 * @param {string} url
 * @param {string} displayName
 */
export function guestToken(url, displayName) {
  return async (/** @type {import('parley-client').TokenReason} */ why) => {
    const known = localStorage.getItem('chat-token');
    if (known && why !== 'refused') return known;
    const stranger = createParley({ url, token: null });
    const { createGuestSession } = await stranger.request(CreateGuestSessionDocument, { input: { displayName } });
    stranger.dispose();
    localStorage.setItem('chat-token', createGuestSession.accessToken ?? '');
    return createGuestSession.accessToken;
  };
}
