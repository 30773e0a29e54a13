import type { Room, SendRequest, Storage } from '../api.ts';
import type { Core } from '../base/core.ts';
import { noRoom } from '../base/errors.ts';
import { newClientMessageId } from '../base/ids.ts';
import type { Store } from '../base/store.ts';
import { persist } from '../connection/execute.ts';
import {
  type MessageFields,
  MessagesAroundDocument,
  ReadStateChangedDocument,
  type ReadStateChangedSubscription,
  RoomSnapshotDocument,
  TypingChangedDocument,
  type TypingChangedSubscription,
  type UserFields,
} from '../documents.ts';
import type { Change } from '../outbox/changes.ts';
import { pendingSequence } from '../outbox/outgoing.ts';
import type { SendQueue } from '../outbox/send-queue.ts';
import { liveState } from './live-state.ts';
import { createReadMark } from './read-mark.ts';
import { roomEvents } from './room-events.ts';
import { followRoom } from './room-follower.ts';
import { createTypingSignal } from './typing.ts';
import type { MessageRun } from './window.ts';

const pageSize = 50;

export interface RoomParts {
  readonly core: Core;
  readonly outbox: SendQueue;
  readonly storage: Storage;
}

/** Returns a room as the app sees it. */
export function createRoom(id: string, parts: RoomParts): Room {
  const { core, outbox } = parts;
  const { state, run, events, held, restore } = followRoom(core, id, outbox);
  const typing = createTypingSignal(core, id);
  const readMark = createReadMark(core, (upToSequence) => queue({ kind: 'read', upToSequence }));
  const queue = (change: Change, request?: SendRequest) => outbox.add(id, change, request);
  const page = pageLoader(core, id, run.load);
  const half = pageSize / 2;
  let jumps = 0;
  /** Replaces the window, unless another jump is asked for meanwhile: answers may overtake each other. */
  const jump: typeof page = (place, apply) => {
    const mine = ++jumps;
    return page(place, (nodes) => {
      if (mine === jumps) apply(nodes);
    });
  };

  return {
    id,
    state: held.store(state),
    messages: held.store(run.value),
    typists: typistsOf(core, id),
    readers: readersOf(core, id),
    hold: held.hold,
    async snapshot(last = pageSize) {
      const { room, viewer } = await core.request(RoomSnapshotDocument, { id, last });
      if (!room) throw noRoom();
      return { room, viewer };
    },
    restore,
    onEvent: (listener) => held.with(events.add(listener)),
    events: (options) => roomEvents(parts, id, options),
    // Not async: that would be another promise, whose rejection nobody handles.
    loadOlder(count = pageSize) {
      if (!run.value.get().hasOlder) return Promise.resolve();
      return page([run.first() - 1, count - 1, 0], run.addOlder);
    },
    loadNewer(count = pageSize) {
      const last = run.last();
      if (!run.value.get().hasNewer) return Promise.resolve();
      return page([last + 1, 0, count - 1], (nodes) => {
        const newer = nodes.filter(({ sequence }) => sequence > last);
        run.addNewer(newer, newer.length < count);
      });
    },
    jumpTo: (sequence) =>
      jump([sequence, half, half], (nodes) => run.replace(nodes, (nodes.at(-1)?.sequence ?? 0) < sequence + half)),
    toNewest: () => jump([pendingSequence, pageSize - 1, 0], (nodes) => run.replace(nodes, true)),
    send(text, { replyTo, clientMessageId = newClientMessageId(), request } = {}) {
      typing.forget();
      return queue({ kind: 'send', text, clientMessageId, ...(replyTo && { replyToId: replyTo }) }, request);
    },
    edit: (messageId, text) => queue({ kind: 'edit', messageId, text }),
    remove: (messageId) => queue({ kind: 'remove', messageId }),
    react: (messageId, emoji, on = true) => queue({ kind: 'react', messageId, emoji, on }),
    markRead: (upTo = run.last()) => readMark(upTo),
    typing: (isTyping = true) => typing.set(isTyping),
  };
}

/** Returns what loads the messages around a sequence: so many before it, and so many after it. */
function pageLoader(core: Core, id: string, load: MessageRun['load']) {
  return (
    [sequence, before, after]: readonly [number, number, number],
    apply: (page: readonly MessageFields[]) => void,
  ): Promise<void> => {
    const loaded = load(async (signal) => {
      const { room } = await persist(core, MessagesAroundDocument, { id, sequence, before, after }, signal);
      if (!room) throw noRoom();
      return room.messagesAround.nodes;
    }, apply);
    loaded.catch(() => {}); // the window shows it
    return loaded;
  };
}

function typistsOf(core: Core, roomId: string): Store<readonly UserFields[]> {
  return liveState<readonly UserFields[], TypingChangedSubscription>(core, {
    document: TypingChangedDocument,
    variables: { roomId },
    initial: [],
    isBrief: true,
    reduce(_, { typingChanged }) {
      const session = core.session.get();
      return typingChanged.users.filter(({ id }) => session.status !== 'signed-in' || id !== session.userId);
    },
  });
}

function readersOf(core: Core, roomId: string): Store<ReadonlyMap<string, number>> {
  return liveState<ReadonlyMap<string, number>, ReadStateChangedSubscription>(core, {
    document: ReadStateChangedDocument,
    variables: { roomId },
    initial: new Map(),
    reduce: (readers, { readStateChanged: { userId, lastReadSequence } }, isFirst) =>
      new Map(isFirst ? [] : readers).set(userId, Math.max(readers.get(userId) ?? 0, lastReadSequence)),
  });
}
