import { createParley, type MessageItem, type Parley, type RoomSnapshot } from 'parley-client';
import { type ClientMessage, type FakeConnection, FakeServer } from 'parley-client/testing';
import { WebSocket } from 'ws';
import { frame, message } from './room-log.ts';

const user = { id: 'ada', username: 'ada', displayName: 'Ada', avatarUrl: null, kind: 'HUMAN' } as const;

/** A snapshot of the room `r` after so many messages, each of them one event. */
export function snapshot(count: number): RoomSnapshot {
  const room = {
    id: 'r',
    kind: 'CHANNEL',
    slug: 'general',
    name: 'General',
    topic: null,
    avatarUrl: null,
    createdAt: '2026-11-27T00:00:00.000Z',
    archivedAt: null,
    postingPolicy: 'MEMBERS',
    slowModeSeconds: 0,
    memberCount: 2,
    viewerPermissions: [],
    viewerMembership: null,
    syncCursor: `c${count}`,
    lastEventNumber: count,
    messages: { nodes: Array.from({ length: count }, (_, index) => message(index + 1)) },
  } as const;
  return { viewer: { user }, room };
}

/** One room on a fake server, and a client of it. */
export class FakeRoom {
  readonly server: FakeServer;
  readonly parley: Parley;

  private constructor(server: FakeServer) {
    this.server = server;
    this.parley = createParley({ url: server.url, token: 'token', webSocket: WebSocket, linger: 20 });
  }

  static async open(count: number): Promise<FakeRoom> {
    const acknowledge = { userId: user.id, serverTime: new Date().toISOString() };
    const server = await FakeServer.start({
      acknowledge,
      subscribed: (connection, id, asked) => answer({ connection, id, asked, count }),
    });
    return new FakeRoom(server);
  }

  /** What the client has asked for, by the names of its operations. */
  get asked(): string[] {
    return this.#requests.map(nameOf);
  }

  /** The variables of the first operation with a name. */
  variablesOf(name: string): unknown {
    return this.#requests.find((asked) => nameOf(asked) === name)?.payload?.variables;
  }

  /** Sends to all operations with a name. */
  send(name: string, data: object): void {
    for (const asked of this.#requests) {
      if (nameOf(asked) === name) this.server.connections.at(-1)?.next(asked.id ?? '', data);
    }
  }

  /** Adds messages, each with a frame of its own. */
  say(from: number, to: number): void {
    for (let n = from; n <= to; n++) this.send('RoomEvents', { roomEvents: frame(n - 1, n) });
  }

  get items(): readonly MessageItem[] {
    return this.parley.room('r').messages.get().items;
  }

  async close(): Promise<void> {
    this.parley.dispose();
    await this.server.close();
  }

  get #requests(): ClientMessage[] {
    return this.server.connections.flatMap(({ received }) => received).filter(({ type }) => type === 'subscribe');
  }
}

interface Question {
  readonly connection: FakeConnection;
  readonly id: string;
  readonly asked: ClientMessage;
  readonly count: number;
}

function answer({ connection, id, asked, count }: Question): void {
  const name = nameOf(asked);
  if (name === 'RoomSnapshot') {
    connection.next(id, snapshot(count));
    connection.complete(id);
  } else if (name === 'RoomEvents') {
    connection.next(id, { roomEvents: frame(count, count) });
  }
}

const nameOf = ({ payload }: ClientMessage) => /^\s*\w+\s+(\w+)/.exec(payload?.query ?? '')?.[1] ?? '';
