import { createParley, type Document, type Parley, ParleyError, type TokenReason } from 'parley-client';
import { indexedDbStorage } from 'parley-client/storage';
import { CreateGuestSessionDocument, RenewSessionDocument } from '../documents.ts';
import { keep, kept } from './keep.ts';

const url = '/graphql';

/** Returns the token of this browser's user; null if nobody is signed in. */
export function keptToken(): string | null {
  return kept('token');
}

/** Returns the name of this browser as a device. It stays the same, so that the user has one session here. */
function deviceId(): string {
  const known = kept('device');
  if (known) return known;
  const made = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  keep('device', made);
  return made;
}

/** Returns the client of whoever is signed in. */
export function openParley(language: string): Parley {
  return createParley({ url, language, deviceId: deviceId(), token: nextToken, storage: indexedDbStorage('parley') });
}

/** The token that the client used last. */
let used: string | null = null;

async function nextToken(why: TokenReason): Promise<string | null> {
  const known = keptToken();
  if (why === 'expiring' && known !== null) keepIf(known, await renewed(known));
  const next = keptToken();
  if (why === 'refused' && next === used) return null; // no other tab has a newer one
  used = next;
  return next;
}

function keepIf(known: string, next: string | null): void {
  if (next !== null && keptToken() === known) keep('token', next);
}

/** Returns a token with a new lifetime; null if the server makes none, as for tokens of other issuers. */
async function renewed(token: string): Promise<string | null> {
  try {
    return (await ask(RenewSessionDocument, {}, token)).renewSession.accessToken;
  } catch {
    return null;
  }
}

/** Signs a guest in. Throws if the server refuses the name. */
export async function signInAsGuest(displayName: string, language: string): Promise<void> {
  const input = { displayName, language, deviceId: deviceId() };
  const { accessToken, userErrors } = (await ask(CreateGuestSessionDocument, { input }, null)).createGuestSession;
  if (accessToken === null) throw new ParleyError(userErrors[0] ?? { code: 'INTERNAL' });
  keep('token', accessToken);
  keep('name', displayName);
}

/** Signs in with a token from elsewhere. Throws if the server refuses it. */
export async function signInWithToken(token: string): Promise<void> {
  const { viewer } = await ask(viewerId, {}, token);
  if (!viewer) throw new ParleyError({ code: 'UNAUTHENTICATED' });
  keep('token', token);
}

const viewerId: Document<{ viewer: { id: string } | null }, object> = { query: '{ viewer { id } }' };
const guests: Document<{ server: { capabilities: string[] } }, object> = { query: '{ server { capabilities } }' };

/** Returns whether the server takes guests. */
export async function areGuestsAllowed(): Promise<boolean> {
  return (await ask(guests, {}, null)).server.capabilities.includes('GUESTS');
}

/** Executes one operation without the client of a signed-in user. */
async function ask<D, V>(document: Document<D, V>, variables: V, token: string | null): Promise<D> {
  const parley = createParley({ url, token });
  try {
    return await parley.request(document, variables);
  } finally {
    parley.dispose();
  }
}

export function forgetToken(): void {
  used = null;
  keep('token', null);
}
