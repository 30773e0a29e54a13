import type { Unread } from '../api.ts';
import { createAlarm } from '../base/clock.ts';
import type { Core } from '../base/core.ts';
import { Value } from '../base/store.ts';
import { persist } from '../connection/execute.ts';
import { type NotificationFields, UnreadRoomsDocument, type UnreadRoomsQuery } from '../documents.ts';

/** `Server.limits.unreadCountCap`. */
const mostCounted = 100;
const recountMs = 1000;

type Count = { readonly count: number; readonly isCapped: boolean };
type Capped = { readonly value: number; readonly isCapped: boolean };
type Page = NonNullable<UnreadRoomsQuery['viewer']>['memberships'];
type ReadState = NonNullable<Page['nodes'][number]['readState']>;

const one: Count = { count: 1, isCapped: false };
const nothing: Unread = { count: 0, isCapped: false, rooms: new Map() };

/** How many messages the viewer has not read, by what the server has counted and has notified of since. */
export interface UnreadCounts {
  readonly value: Value<Unread>;
  /** Takes the sum of a snapshot, and asks for the counts of all rooms. */
  readonly begin: (sum: Capped) => void;
  /** Asks no more. */
  readonly stop: () => void;
  readonly add: (notification: NotificationFields) => void;
  /** Takes what the server has counted: null after the end of the membership, which leaves the sum as it is. */
  readonly set: (roomId: string, readState: ReadState | null, sum?: Capped) => void;
  readonly forget: () => void;
}

export function createUnreadCounts(core: Core): UnreadCounts {
  const value = new Value(nothing);
  /** Aborted when the rooms are asked for anew, or not any more. */
  let asking = new AbortController();
  /** The rooms that events have changed since the question: the answer may be older. */
  const changed = new Set<string>();
  /** The sequences of the newest messages that the counts of rooms include. */
  const newest = new Map<string, number>();
  /** Whether all rooms with unread messages are known: then the sum is theirs. */
  let isComplete = false;
  const again = createAlarm(core.clock);

  return {
    value,
    begin(sum) {
      isComplete = false;
      newest.clear();
      show(value.get().rooms, countOf(sum));
      void ask();
    },
    stop,
    add({ room, message }) {
      // The server counts when it sends a count, which may include messages whose notifications follow.
      if (message.sequence <= (newest.get(room.id) ?? 0)) return;
      newest.set(room.id, message.sequence);
      const { rooms, ...sum } = value.get();
      change(room.id, added(rooms.get(room.id) ?? nothing, one), added(sum, one));
    },
    set: (roomId, readState, sum) =>
      change(roomId, readState && read(roomId, readState), sum ? countOf(sum) : value.get()),
    forget() {
      isComplete = false;
      value.set(nothing);
    },
  };

  function stop(): void {
    again();
    asking.abort();
  }

  function read(roomId: string, { newestSequence, unreadCount }: ReadState): Count {
    newest.set(roomId, newestSequence);
    return countOf(unreadCount);
  }

  function change(roomId: string, count: Count | null, sum: Count): void {
    changed.add(roomId);
    const rooms = new Map(value.get().rooms);
    if (count?.count) rooms.set(roomId, count);
    else rooms.delete(roomId);
    show(rooms, sum);
  }

  function show(rooms: Unread['rooms'], sum: Count): void {
    const { count, isCapped } = isComplete ? [...rooms.values()].reduce(added, nothing) : sum;
    value.set({ count, isCapped, rooms });
  }

  /** Asks for the counts of all rooms: a snapshot has only their sum. */
  async function ask(): Promise<void> {
    stop();
    asking = new AbortController();
    const { signal } = asking;
    changed.clear();
    const found = new Map<string, ReadState>();
    try {
      let page: Page | undefined;
      let before: number;
      do {
        before = found.size;
        const { viewer } = await persist(core, UnreadRoomsDocument, { after: page?.pageInfo.endCursor }, signal);
        if (!viewer || signal.aborted) return;
        page = viewer.memberships;
        for (const { room, readState } of page.nodes) if (readState) found.set(room.id, readState);
      } while (page.pageInfo.hasNextPage && found.size > before);
      const { rooms, ...sum } = value.get();
      const next = new Map<string, Count>();
      for (const [id, readState] of found) if (!changed.has(id)) next.set(id, read(id, readState));
      for (const id of changed) if (rooms.has(id)) next.set(id, rooms.get(id)!);
      isComplete = true;
      show(next, sum);
      // A notification adds one to a count that may not have been known.
      if (changed.size > 0) again(recountMs, () => void ask());
    } catch (error) {
      if (!signal.aborted) core.log({ level: 'warn', what: 'unread rooms', error });
    }
  }
}

const countOf = ({ value, isCapped }: Capped): Count => ({ count: value, isCapped });

function added(a: Count, b: Count): Count {
  const count = a.count + b.count;
  return { count: Math.min(count, mostCounted), isCapped: a.isCapped || b.isCapped || count > mostCounted };
}
