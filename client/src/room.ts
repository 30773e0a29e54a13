import type {
  MessageItem,
  Outgoing,
  Room,
  RoomEventsOptions,
  RoomSnapshot,
  RoomState,
  SendOptions,
  Storage,
} from './api.ts';
import type { Core } from './core.ts';
import {
  MessagesAroundDocument,
  ReadStateChangedDocument,
  type ReadStateChangedSubscription,
  type RoomEventFields,
  RoomSnapshotDocument,
  TypingChangedDocument,
  type TypingChangedSubscription,
  type UserFields,
} from './documents.ts';
import { ParleyError } from './errors.ts';
import { newClientMessageId } from './ids.ts';
import { LiveState } from './live-state.ts';
import type { SendQueue } from './outbox.ts';
import { persist } from './persist.ts';
import { ReadMark } from './read-mark.ts';
import { roomEvents } from './room-events.ts';
import { RoomFollower } from './room-follower.ts';
import type { Store } from './store.ts';
import { TypingSignal } from './typing.ts';

const pageSize = 50;

export interface RoomParts {
  readonly core: Core;
  readonly outbox: SendQueue;
  readonly storage: Storage;
}

/** A room as the app sees it. */
export class ClientRoom implements Room {
  readonly id: string;
  readonly state: Store<RoomState>;
  readonly messages;
  readonly typists: Store<readonly UserFields[]>;
  readonly readers: Store<ReadonlyMap<string, number>>;
  readonly #parts: RoomParts;
  readonly #follower: RoomFollower;
  readonly #live: readonly { readonly held: { end(): void } }[];
  readonly #typing: TypingSignal;
  readonly #readMark: ReadMark;

  constructor(id: string, parts: RoomParts) {
    const { core, outbox } = parts;
    this.id = id;
    this.#parts = parts;
    this.#follower = new RoomFollower(id, core, outbox);
    this.state = this.#follower.held.store(this.#follower.state);
    this.messages = this.#follower.held.store(this.#follower.run.value);
    const typists = typistsOf(core, id);
    const readers = readersOf(core, id);
    this.typists = typists.store;
    this.readers = readers.store;
    this.#live = [typists, readers];
    this.#typing = new TypingSignal(core, id);
    this.#readMark = new ReadMark(core.clock, (upTo) => void outbox.add(id, { kind: 'read', upTo }));
  }

  hold(): () => void {
    return this.#follower.held.hold();
  }

  async snapshot(last = pageSize): Promise<RoomSnapshot> {
    const { room, viewer } = await this.#parts.core.request(RoomSnapshotDocument, { id: this.id, last });
    if (!room) throw new ParleyError({ code: 'NOT_FOUND' });
    return { room, viewer };
  }

  restore(snapshot: RoomSnapshot): void {
    this.#follower.restore(snapshot);
  }

  onEvent(listener: (event: RoomEventFields) => void): () => void {
    const remove = this.#follower.events.add(listener);
    const release = this.hold();
    return () => {
      remove();
      release();
    };
  }

  events(options?: RoomEventsOptions): AsyncIterable<RoomEventFields> {
    return roomEvents(this.#parts, this.id, options);
  }

  loadOlder(count = pageSize): Promise<void> {
    const { run } = this.#follower;
    if (!run.value.get().hasOlder) return Promise.resolve();
    const sequence = run.first - 1;
    return this.#load({ sequence, before: count - 1, after: 0 }, (page) => run.addOlder(page));
  }

  loadNewer(count = pageSize): Promise<void> {
    const { run } = this.#follower;
    if (!run.value.get().hasNewer) return Promise.resolve();
    const { last } = run;
    return this.#load({ sequence: last + 1, before: 0, after: count - 1 }, (nodes) => {
      const page = nodes.filter(({ sequence }) => sequence > last);
      run.addNewer(page, page.length < count);
    });
  }

  jumpTo(sequence: number): Promise<void> {
    const half = pageSize / 2;
    return this.#load({ sequence, before: half, after: half }, (page) =>
      this.#follower.run.replace(page, (page.at(-1)?.sequence ?? 0) < sequence + half),
    );
  }

  toNewest(): Promise<void> {
    const newest = 2_147_483_647;
    return this.#load({ sequence: newest, before: pageSize - 1, after: 0 }, (page) =>
      this.#follower.run.replace(page, true),
    );
  }

  send(text: string, { replyTo, clientMessageId = newClientMessageId(), request }: SendOptions = {}): Outgoing {
    this.#typing.forget();
    const change = { kind: 'send' as const, text, clientMessageId, ...(replyTo && { replyTo }) };
    return this.#parts.outbox.add(this.id, change, request);
  }

  edit(id: string, text: string): Outgoing {
    return this.#parts.outbox.add(this.id, { kind: 'edit', messageId: id, text });
  }

  remove(id: string): Outgoing {
    return this.#parts.outbox.add(this.id, { kind: 'remove', messageId: id });
  }

  react(id: string, emoji: string, on = true): Outgoing {
    return this.#parts.outbox.add(this.id, { kind: 'react', messageId: id, emoji, on });
  }

  markRead(upTo = this.#follower.run.last): void {
    this.#readMark.raise(upTo);
  }

  typing(isTyping = true): void {
    this.#typing.set(isTyping);
  }

  dispose(): void {
    this.#typing.forget();
    this.#readMark.dispose();
    this.#follower.dispose();
    for (const { held } of this.#live) held.end();
  }

  #load(
    around: { sequence: number; before: number; after: number },
    apply: (page: readonly MessageItem[]) => void,
  ): Promise<void> {
    const ask = async () => {
      const { room } = await persist(this.#parts.core, MessagesAroundDocument, { id: this.id, ...around });
      if (!room) throw new ParleyError({ code: 'NOT_FOUND' });
      return room.messagesAround.nodes;
    };
    const loaded = this.#follower.run.load(ask, apply);
    loaded.catch(() => {}); // the window shows it
    return loaded;
  }
}

function typistsOf(core: Core, roomId: string) {
  return new LiveState<readonly UserFields[], TypingChangedSubscription>(core, {
    document: TypingChangedDocument,
    variables: { roomId },
    initial: [],
    reduce(_, { typingChanged }) {
      const session = core.session.get();
      const viewerId = session.status === 'signed-in' ? session.userId : null;
      return typingChanged.users.filter(({ id }) => id !== viewerId);
    },
  });
}

function readersOf(core: Core, roomId: string) {
  return new LiveState<ReadonlyMap<string, number>, ReadStateChangedSubscription>(core, {
    document: ReadStateChangedDocument,
    variables: { roomId },
    initial: new Map(),
    reduce: (readers, { readStateChanged: { userId, lastReadSequence } }, isFirst) =>
      new Map(isFirst ? [] : readers).set(userId, lastReadSequence),
  });
}
