import { setTimeout as pause } from 'node:timers/promises';
import { innerId } from '../../src/base/ids.ts';
import {
  BanMemberDocument,
  LeaveRoomDocument,
  RemoveMemberDocument,
  RevokeSessionDocument,
} from '../generated/graphql.ts';
import { ask, type Person } from './person.ts';
import { done } from './rooms.ts';
import type { TestServer } from './server.ts';

export interface Ending {
  roomId: string;
  reader: Person;
  owner: Person;
  /** The node on which the access is ended. */
  node: TestServer;
}

/** What ends a reader's access. */
export interface Cause {
  rooms: readonly ('private' | 'public')[];
  /** Whether it ends the session rather than the access to one room. */
  endsSession: boolean;
  /** Called before the reader subscribes. */
  prepare?: (ending: Ending) => Promise<unknown>;
  end: (ending: Ending) => Promise<unknown>;
}

/** When the sessions end that expire. */
export const expiryOf = new WeakMap<Person, Date>();

async function letExpire({ reader, node }: Ending): Promise<void> {
  const expiresAt = new Date(Date.now() + 1000);
  expiryOf.set(reader, expiresAt);
  const where = { id: innerId('Session', reader.sessionId) };
  await node.app.services.prisma.session.update({ where, data: { expiresAt } });
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
  ban: {
    rooms: anywhere,
    endsSession: false,
    end: async ({ roomId, reader, owner, node }) => {
      const input = { roomId, userId: reader.id };
      return done((await ask(node.url, BanMemberDocument, { input }, owner.token)).data.banMember);
    },
  },
  'revoked session': {
    rooms: anywhere,
    endsSession: true,
    end: ({ reader, node }) =>
      ask(node.url, RevokeSessionDocument, { input: { sessionId: reader.sessionId } }, reader.token),
  },
  'expired session': {
    rooms: anywhere,
    endsSession: true,
    prepare: letExpire,
    end: ({ reader }) => pause((expiryOf.get(reader)?.getTime() ?? 0) - Date.now()),
  },
};
