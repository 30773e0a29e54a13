import { randomBytes, randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';

/** Sessions expire after this time, which is longer than any run. */
const signedInForMs = 24 * 3600 * 1000;

/** A guest who is signed in on a device. @typedef {{ userId: string, sessionId: string, expiresAt: Date }} Guest */

/** Returns guests that do not exist yet. @param {number} count @returns {Guest[]} */
export function newGuests(count) {
  const expiresAt = new Date(Date.now() + signedInForMs);
  return Array.from({ length: count }, () => ({ userId: randomUUID(), sessionId: randomUUID(), expiresAt }));
}

/** Creates guests with their sessions directly in the database: thousands of sign-ins could take minutes. @param {import('pg').Client} client @param {Guest[]} guests */
export async function fillGuests(client, guests) {
  const userIds = guests.map(({ userId }) => userId);
  await client.query(
    `INSERT INTO "User" ("id", "username", "displayName", "kind")
     SELECT id, 'guest-' || id, 'Guest ' || number, 'GUEST' FROM unnest($1::uuid[]) WITH ORDINALITY AS guest(id, number)`,
    [userIds],
  );
  await client.query(
    `INSERT INTO "Session" ("id", "userId", "expiresAt")
     SELECT session, guest, $3 FROM unnest($1::uuid[], $2::uuid[]) AS signed(session, guest)`,
    [guests.map(({ sessionId }) => sessionId), userIds, guests[0].expiresAt],
  );
}

/** Creates the tokens of guests as Parley does, with a new secret for its next start. @param {string} parley @param {Guest[]} guests */
export async function signTokens(parley, guests) {
  const jwtSecret = randomBytes(32).toString('base64url');
  const { tokensSignedWith } = await import(join(dirname(parley), 'sessions/tokens.js'));
  const { sign } = tokensSignedWith(jwtSecret);
  /** @type {string[]} */
  const tokens = await Promise.all(guests.map((guest) => sign(guest)));
  return { jwtSecret, tokens };
}

/** Returns an id as it is in Parley's API. @param {string} type @param {string} id */
export function globalId(type, id) {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}
