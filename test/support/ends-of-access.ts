import { setTimeout as pause } from 'node:timers/promises';
import { globalId, innerId, newId } from '../../src/base/ids.ts';
import { hashOf, newApiKey } from '../../src/sessions/api-key.ts';
import {
  BanMemberDocument,
  DeactivateUserDocument,
  LeaveRoomDocument,
  RemoveMemberDocument,
  RevokeApiKeyDocument,
  RevokeSessionDocument,
} from '../generated/graphql.ts';
import { ask, type Person } from './person.ts';
import { done } from './rooms.ts';
import type { TestServer } from './server.ts';

export interface Ending {
  roomId: string;
  reader: Person;
  owner: Person;
  /** Somebody who may end sessions of others; needed for some causes. */
  admin?: Person;
  /** The node on which the access is ended. */
  node: TestServer;
}

/** What ends a reader's access. */
export interface Cause {
  rooms: readonly ('private' | 'public')[];
  /** Whether it ends the session rather than the access to one room. */
  endsSession: boolean;
  /** Called before the reader subscribes; returns the reader, who may have another token then. */
  prepare?: (ending: Ending) => Promise<Person>;
  end: (ending: Ending) => Promise<unknown>;
}

async function ban({ roomId, reader, owner, node }: Ending, until?: Date) {
  const input = { roomId, userId: reader.id, until: until?.toISOString() };
  return done((await ask(node.url, BanMemberDocument, { input }, owner.token)).data.banMember);
}

/** When the sessions end that expire. */
export const expiryOf = new WeakMap<Person, Date>();

async function letExpire({ reader, node }: Ending): Promise<Person> {
  const expiresAt = new Date(Date.now() + 3500); // a busy machine needs two seconds until the reader follows
  expiryOf.set(reader, expiresAt);
  const where = { id: innerId('Session', reader.sessionId) };
  await node.app.services.prisma.session.update({ where, data: { expiresAt } });
  return reader;
}

/** Gives the reader an API key, whose session has the id of the key. */
async function withApiKey({ reader, node }: Ending): Promise<Person> {
  const { prisma } = node.app.services;
  const [id, key, userId] = [newId(), newApiKey(), innerId('User', reader.id)];
  await prisma.apiKey.create({ data: { id, name: reader.name, hash: hashOf(key), userId } });
  await prisma.session.create({ data: { id, userId } });
  return reader.withToken(key, globalId('Session', id));
}

const anywhere = ['private', 'public'] as const;

export const causes: Readonly<Record<string, Cause>> = {
  leave: {
    rooms: ['private'],
    endsSession: false,
    end: async ({ roomId, reader, node }) =>
      done((await ask(node.url, LeaveRoomDocument, { input: { roomId } }, reader.token)).data.leaveRoom),
  },
  removal: {
    rooms: ['private'],
    endsSession: false,
    end: async ({ roomId, reader, owner, node }) => {
      const input = { roomId, userId: reader.id };
      return done((await ask(node.url, RemoveMemberDocument, { input }, owner.token)).data.removeMember);
    },
  },
  ban: { rooms: anywhere, endsSession: false, end: (ending) => ban(ending) },
  'ban with an end': {
    rooms: anywhere,
    endsSession: false,
    end: (ending) => ban(ending, new Date(Date.now() + 3_600_000)),
  },
  'revoked session': {
    rooms: anywhere,
    endsSession: true,
    end: ({ reader, node }) =>
      ask(node.url, RevokeSessionDocument, { input: { sessionId: reader.sessionId } }, reader.token),
  },
  deactivation: {
    rooms: anywhere,
    endsSession: true,
    end: async ({ reader, admin, node }) => {
      const input = { userId: reader.id };
      return done((await ask(node.url, DeactivateUserDocument, { input }, admin?.token)).data.deactivateUser);
    },
  },
  'revoked API key': {
    rooms: anywhere,
    endsSession: true,
    prepare: withApiKey,
    end: async ({ reader, admin, node }) => {
      const input = { apiKeyId: globalId('ApiKey', innerId('Session', reader.sessionId)) };
      return done((await ask(node.url, RevokeApiKeyDocument, { input }, admin?.token)).data.revokeApiKey);
    },
  },
  'expired session': {
    rooms: anywhere,
    endsSession: true,
    prepare: letExpire,
    end: ({ reader }) => pause((expiryOf.get(reader)?.getTime() ?? 0) - Date.now()),
  },
};
