import { globalId, innerId } from '../../src/base/ids.ts';
import { RevokeSessionDocument } from '../generated/graphql.ts';
import { ask, type Person } from './person.ts';
import type { TestServer } from './server.ts';

/** Returns the same device of a person, with a token that ends then, in whole seconds. */
export function withTokenUntil({ app }: TestServer, person: Person, expiresAt: Date): Person {
  const userId = innerId('User', person.id);
  const sessionId = innerId('Session', person.sessionId);
  return person.withToken(app.services.sessions.signToken({ userId, sessionId, expiresAt }));
}

/** Returns another device of a person. Its session and token end then. */
export async function anotherDevice({ app }: TestServer, person: Person, expiresAt: Date): Promise<Person> {
  const { prisma, sessions } = app.services;
  const userId = innerId('User', person.id);
  const { id } = await prisma.session.create({ data: { userId, deviceId: 'another', expiresAt } });
  return person.withToken(sessions.signToken({ userId, sessionId: id, expiresAt }), globalId('Session', id));
}

/** Returns the time that many seconds from now, in whole seconds, as tokens have it. */
export function inSeconds(seconds: number): Date {
  return new Date(1000 * (Math.floor(Date.now() / 1000) + seconds));
}

/** Ends the session that a token names, from another device of its user, whose token stays good. */
export async function endSession(url: string, token: string, otherDevice: string): Promise<void> {
  const { data } = await ask<{ viewer: { session: { id: string } } }, never>(
    url,
    '{ viewer { session { id } } }',
    undefined,
    token,
  );
  await ask(url, RevokeSessionDocument, { input: { sessionId: data.viewer.session.id } }, otherDevice);
}
