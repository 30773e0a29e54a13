import { isMemberSql } from '../access/standing.ts';
import { Subscribers } from '../base/subscribers.ts';
import type { Bus } from '../bus/bus.ts';
import type { OpenState, State } from '../live/shared-states.ts';
import { Slices } from '../live/slices.ts';
import { Throttle } from '../live/throttle.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import type { Query } from '../storage/pool.ts';
import type { KnownUsers } from '../users/known-users.ts';
import { MemberPositions, type PositionRow, type ReadPosition } from './member-positions.ts';
import { type ReadMoved, readsTopic } from './read-moved.ts';

/** In rooms with more members than this, no positions are shown. */
export const maxReaders = 100;
/** The shortest time between two positions of a member. */
const usualIntervalMs = 1000;

/** Reads one position more than are shown, to see whether the room has too many members. */
const statement = `
  SELECT membership."userId", membership."lastReadSequence", member."chosenStatus" = 'OFFLINE' AS "isHiding"
  FROM "Membership" membership CROSS JOIN LATERAL (
    SELECT "chosenStatus" FROM "User" WHERE "id" = membership."userId" LIMIT 1
  ) member
  WHERE membership."roomId" = $1 AND ${isMemberSql('membership')} LIMIT ${maxReaders + 1}`;

interface Sources {
  bus: Bus;
  query: Query;
  knownUsers: Pick<KnownUsers, 'watch'>;
  /** Called with each error that the state of a room throws. */
  onError: (error: unknown) => void;
}

/** Opens the read positions of a room's members; each change is the new position of one member. */
export function readPositionState(sources: Sources, intervalMs = usualIntervalMs): OpenState<RoomEvent, ReadPosition> {
  const states = new Subscribers<ReadPositionState>(sources.onError);
  sources.knownUsers.watch((userId) => states.publish((state) => state.userChanged(userId)));
  const reloads = new Slices<ReadPositionState>((state) => state.reload(), sources.onError);
  sources.bus.watch((isConnected) => {
    // Publications were lost while the bus was not connected.
    if (isConnected) reloads.add(states.all());
  });
  return async (roomId, publish) => {
    const state = new ReadPositionState({ ...sources, intervalMs }, roomId, publish);
    state.onClose(states.add(state));
    state.onClose(() => reloads.delete(state));
    await state.open().catch((error: unknown) => {
      state.close();
      throw error;
    });
    return state;
  };
}

class ReadPositionState implements State<RoomEvent, ReadPosition> {
  readonly #sources: Sources;
  readonly #roomId: string;
  readonly #positions: MemberPositions;
  readonly #publishing: Throttle;
  readonly #loading: Throttle;
  readonly #closing: (() => void)[] = [];
  /** Users who have changed since the current reading of the positions began; null if no reading runs. */
  #changed: Set<string> | null = null;
  #isCrowd = false;
  #isOpen = false;

  constructor(sources: Sources & { intervalMs: number }, roomId: string, publish: (position: ReadPosition) => void) {
    this.#sources = sources;
    this.#roomId = roomId;
    this.#positions = new MemberPositions(roomId);
    this.#loading = new Throttle(sources.intervalMs, () => this.#load());
    this.#publishing = new Throttle(sources.intervalMs, async () => {
      for (const position of this.#positions.takeMoved()) if (!this.#isCrowd) publish(position);
    });
  }

  async open(): Promise<void> {
    const moved = ({ userId, lastReadSequence }: ReadMoved) => this.#move(userId, lastReadSequence);
    this.onClose(await this.#sources.bus.subscribe(readsTopic(this.#roomId), moved));
    await this.#loading.begin();
    // The first subscriber gets all positions in the snapshot.
    this.#positions.takeMoved();
    this.#isOpen = true;
  }

  onClose(close: () => void): void {
    this.#closing.push(close);
  }

  /** Reads all positions again, as some may have been missed. */
  reload(): void {
    this.#loading.call();
  }

  /** Hides a changed member until the next reading shows whether they want to be hidden. */
  userChanged(userId: string): void {
    this.#changed?.add(userId);
    if (!this.#positions.has(userId)) return;
    this.#positions.hide(userId);
    this.reload();
  }

  snapshot(): readonly ReadPosition[] {
    return this.#isCrowd ? [] : this.#positions.shown();
  }

  accept(events: readonly RoomEvent[] | null): void {
    for (const event of events ?? []) {
      if (event.type === 'MESSAGE_ADDED' && event.actorId) this.#move(event.actorId, event.message.sequence);
      if (event.type === 'MEMBERSHIP_CHANGED') this.reload();
    }
    if (!events) this.reload();
  }

  close(): void {
    this.#publishing.close();
    this.#loading.close();
    for (const close of this.#closing) close();
  }

  async #load(): Promise<void> {
    const changed = new Set<string>();
    this.#changed = changed;
    const rows = await this.#sources.query<Row>('read positions', statement, [this.#roomId]).finally(() => {
      this.#changed = null;
    });
    this.#isCrowd = rows.length > maxReaders;
    this.#positions.replace(rows, changed);
    this.#publishMoved();
    if (changed.size > 0) this.reload();
  }

  #publishMoved(): void {
    if (this.#isOpen && this.#positions.hasMoved) this.#publishing.call();
  }

  /** A member has read, or sent a message. */
  #move(userId: string, lastReadSequence: number): void {
    if (!this.#positions.has(userId)) {
      this.#positions.hide(userId);
      this.reload();
    }
    this.#positions.advance(userId, lastReadSequence);
    this.#publishMoved();
  }
}

type Row = PositionRow & Record<string, unknown>;
