import type { Bus } from '../bus/bus.ts';
import { Paced } from '../live/paced.ts';
import type { ReadMoved, RoomEvent } from '../log/events.ts';
import { readsTopic } from '../log/events.ts';
import type { OpenState, RoomState } from '../log/room-hubs.ts';
import type { Query } from '../storage/pool.ts';
import type { KnownUsers } from '../users/known-users.ts';

/** How far a member of a room has read. */
export interface ReadNow {
  roomId: string;
  userId: string;
  lastReadSequence: number;
}

/** In rooms with more members nobody is told how far the others have read. */
export const maxReaders = 100;
/** The shortest time between two positions of a member. */
const usualFrameMs = 1000;

/** One more than are told, to see whether there are more. */
const statement = `
  SELECT place."userId", place."lastReadSequence", member."chosenStatus" = 'OFFLINE' AS "isHiding"
  FROM "Membership" place JOIN "User" member ON member."id" = place."userId"
  WHERE place."roomId" = $1 AND place."state" = 'JOINED' LIMIT ${maxReaders + 1}`;

interface Row extends Record<string, unknown> {
  userId: string;
  lastReadSequence: number;
  isHiding: boolean;
}

interface Sources {
  bus: Bus;
  query: Query;
  knownUsers: Pick<KnownUsers, 'watch'>;
}

/** How far the members of a room have read, each time somebody has read on. */
export function readsState(sources: Sources, frameMs = usualFrameMs): OpenState<ReadNow> {
  const open = new Set<RoomReads>();
  sources.knownUsers.watch((userId) => {
    for (const state of open) state.userChanged(userId);
  });
  // What was told meanwhile is lost.
  sources.bus.watch((isConnected) => {
    if (isConnected) for (const state of open) state.lookAgain();
  });
  return async (roomId, emit) => {
    const state: RoomReads = new RoomReads(
      { ...sources, frameMs },
      { roomId, emit, onClose: () => open.delete(state) },
    );
    open.add(state);
    await state.open().catch((error: unknown) => {
      state.close();
      throw error;
    });
    return state;
  };
}

interface Opened {
  roomId: string;
  emit: (now: ReadNow) => void;
  onClose: () => void;
}

class RoomReads implements RoomState<ReadNow> {
  readonly #sources: Sources;
  readonly #roomId: string;
  readonly #emit: (now: ReadNow) => void;
  readonly #onClose: () => void;
  readonly #positions = new Map<string, ReadNow>();
  /** Members of whom nothing is told: they hide, or it is not known yet that they do not. */
  readonly #hidden = new Set<string>();
  /** Who has changed since the positions began to be read; null while they are not. */
  #changed: Set<string> | null = null;
  readonly #moved = new Set<string>();
  readonly #pace: Paced;
  /** Looks who the members are now. */
  readonly #look: Paced;
  #isCrowd = false;
  #unsubscribe = () => {};

  constructor(sources: Sources & { frameMs: number }, { roomId, emit, onClose }: Opened) {
    this.#sources = sources;
    this.#pace = new Paced(sources.frameMs, async () => this.#tell());
    this.#look = new Paced(sources.frameMs, () => this.#load());
    this.#roomId = roomId;
    this.#emit = emit;
    this.#onClose = onClose;
  }

  async open(): Promise<void> {
    this.#unsubscribe = await this.#sources.bus.subscribe(readsTopic(this.#roomId), (news: ReadMoved) =>
      this.#move(news.userId, news.lastReadSequence),
    );
    await this.#look.begin();
    // Nobody follows yet: all of it is what the first one begins with.
    this.#moved.clear();
  }

  /** Reads the positions anew, as some may have been missed. */
  lookAgain(): void {
    this.#look.call();
  }

  /** Tells nothing of a member who has changed until it is known whether they hide now. */
  userChanged(userId: string): void {
    this.#changed?.add(userId);
    if (!this.#positions.has(userId)) return;
    this.#hidden.add(userId);
    this.#look.call();
  }

  first(): readonly ReadNow[] {
    if (this.#isCrowd) return [];
    const positions = [...this.#positions.values()];
    return positions.filter(({ userId, lastReadSequence }) => lastReadSequence > 0 && !this.#hidden.has(userId));
  }

  happened(events: readonly RoomEvent[] | null): void {
    for (const event of events ?? []) {
      if (event.type === 'MESSAGE_ADDED' && event.actorId) this.#move(event.actorId, event.message.sequence);
      if (event.type === 'MEMBERSHIP_CHANGED') this.#look.call();
    }
    if (!events) this.#look.call();
  }

  close(): void {
    this.#pace.close();
    this.#look.close();
    this.#unsubscribe();
    this.#onClose();
  }

  async #load(): Promise<void> {
    const changed = new Set<string>();
    this.#changed = changed;
    const rows = await this.#sources.query<Row>('read positions', statement, [this.#roomId]).finally(() => {
      this.#changed = null;
    });
    this.#isCrowd = rows.length > maxReaders;
    const members = new Set(rows.map(({ userId }) => userId));
    for (const userId of this.#positions.keys()) if (!members.has(userId)) this.#forget(userId);
    for (const row of rows) this.#take(row, changed.has(row.userId));
    if (changed.size > 0) this.#look.call();
  }

  #forget(userId: string): void {
    this.#positions.delete(userId);
    this.#hidden.delete(userId);
  }

  #take({ userId, lastReadSequence, isHiding }: Row, hasChanged: boolean): void {
    if (isHiding || hasChanged) this.#hidden.add(userId);
    else if (this.#hidden.delete(userId)) this.#tellSoon(userId);
    this.#advance(userId, lastReadSequence);
  }

  /** Somebody has read, or sent. */
  #move(userId: string, lastReadSequence: number): void {
    if (!this.#positions.has(userId)) {
      this.#hidden.add(userId);
      this.#look.call();
    }
    this.#advance(userId, lastReadSequence);
  }

  #advance(userId: string, lastReadSequence: number): void {
    const before = this.#positions.get(userId)?.lastReadSequence ?? 0;
    if (this.#positions.has(userId) && lastReadSequence <= before) return;
    this.#positions.set(userId, { roomId: this.#roomId, userId, lastReadSequence });
    if (lastReadSequence > before) this.#tellSoon(userId);
  }

  #tellSoon(userId: string): void {
    this.#moved.add(userId);
    this.#pace.call();
  }

  #tell(): void {
    for (const userId of this.#moved) {
      const now = this.#positions.get(userId);
      if (now && !this.#isCrowd && !this.#hidden.has(userId)) this.#emit(now);
    }
    this.#moved.clear();
  }
}
