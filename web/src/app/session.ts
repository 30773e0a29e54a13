import { createParley, type Document, type Parley, ParleyError, type TokenReason } from 'parley-client';
import { indexedDbStorage } from 'parley-client/storage';
import { Guest } from './guest.ts';
import { keep, kept } from './keep.ts';

const guest = new Guest({ url: '/graphql', prefix: '' });

/** Returns the token of this browser's user; null if nobody is signed in. */
export function keptToken(): string | null {
  return guest.token;
}

/** Returns the client of whoever is signed in. */
export function openParley(language: string): Parley {
  const { url, deviceId } = guest;
  return createParley({ url, language, deviceId, token: nextToken, storage: indexedDbStorage('parley') });
}

/** The token that the client used last. */
let used: string | null = null;

async function nextToken(why: TokenReason): Promise<string | null> {
  const known = guest.token;
  if (why === 'expiring' && known !== null) await guest.renewed(known);
  const next = guest.token;
  if (why === 'refused' && next === used) return null; // no other tab has a newer one
  used = next;
  return next;
}

/** Signs a guest in. Throws if the server refuses the name. */
export async function signInAsGuest(displayName: string, language: string): Promise<void> {
  await guest.signIn(displayName, language);
  keep('name', displayName);
}

/** Signs in with a token from elsewhere. Throws if the server refuses it. */
export async function signInWithToken(token: string): Promise<void> {
  const { viewer } = await guest.ask(viewerId, {}, token);
  if (!viewer) throw new ParleyError({ code: 'UNAUTHENTICATED' });
  keepGuestId(null);
  guest.token = token;
}

const viewerId: Document<{ viewer: { id: string } | null }, object> = { query: '{ viewer { id } }' };
const guests: Document<{ server: { capabilities: string[] } }, object> = { query: '{ server { capabilities } }' };

/** Returns whether the server takes guests. */
export async function areGuestsAllowed(): Promise<boolean> {
  return (await guest.ask(guests, {})).server.capabilities.includes('GUESTS');
}

/** Returns whom the token of this browser was last known to be of, if that is a guest: a refused one no longer says so. */
export function keptGuestId(): string | null {
  return kept('guest');
}

/** `userId`: null if the token is not a guest's. */
export function keepGuestId(userId: string | null): void {
  keep('guest', userId);
}

export function forgetToken(): void {
  used = null;
  keepGuestId(null);
  guest.token = null;
}
