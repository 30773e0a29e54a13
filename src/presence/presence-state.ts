import type { User } from '../generated/prisma/client.ts';
import type { OpenState, State } from '../live/shared-states.ts';
import { Throttle } from '../live/throttle.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import { differenceOf, emptyRoster, type RosterSources, readRoster } from './roster.ts';

/** The users who are present in a room, or what has changed since the last update. */
export interface PresenceUpdate {
  roomId: string;
  /**
   * Whether the update replaces all earlier ones. If so, `changed` contains all users in the room, or some users of a crowd.
   * Otherwise, `changed` contains the users who are new or look different.
   */
  isSnapshot: boolean;
  onlineCount: number;
  changed: readonly User[];
  wentOffline: readonly string[];
}

/**
 * The shortest time between two updates of a room, because the server sends each update to every reader. Phoenix
 * gathers changes for 1.5 s too. After a longer pause, the next update is sent at once.
 */
const usualFrameMs = 1500;
/** How often a room is read without a known change, as an announcement may have been lost. */
const readMs = 10_000;

/**
 * Opens the state of the users who are present in a room. Each change is a difference; in a crowd, it is only the
 * number of users.
 */
export function presenceState(sources: RosterSources, frameMs = usualFrameMs): OpenState<RoomEvent, PresenceUpdate> {
  return async (roomId, publish) => {
    const state = new PresenceState({ ...sources, frameMs }, roomId, publish);
    await state.open().catch((error: unknown) => {
      state.close();
      throw error;
    });
    return state;
  };
}

class PresenceState implements State<RoomEvent, PresenceUpdate> {
  readonly #sources: RosterSources;
  readonly #roomId: string;
  readonly #publish: (update: PresenceUpdate) => void;
  readonly #throttle: Throttle;
  readonly #timer = setInterval(() => this.#throttle.call(), readMs).unref();
  #unwatch = () => {};
  #unwatchUsers = () => {};
  #roster = emptyRoster;
  /** Users who have changed since the roster was read, and may hide now: snapshots omit them until it is read again. */
  readonly #withheld = new Set<string>();
  /** The snapshot for new subscribers: the same object for all of them, so that it is rendered once. */
  #snapshot: PresenceUpdate | null = null;

  constructor(sources: RosterSources & { frameMs: number }, roomId: string, publish: (update: PresenceUpdate) => void) {
    this.#sources = sources;
    this.#throttle = new Throttle(sources.frameMs, () => this.#read());
    this.#roomId = roomId;
    this.#publish = publish;
  }

  async open(): Promise<void> {
    this.#unwatchUsers = this.#sources.knownUsers.watch((userId) => this.#withhold(userId));
    this.#unwatch = await this.#sources.presence.watch(this.#roomId, () => this.#throttle.call());
    await this.#throttle.begin();
  }

  snapshot(): readonly PresenceUpdate[] {
    this.#snapshot ??= this.#makeSnapshot();
    return [this.#snapshot];
  }

  close(): void {
    clearInterval(this.#timer);
    this.#throttle.close();
    this.#unwatch();
    this.#unwatchUsers();
  }

  async #read(): Promise<void> {
    const withheld = [...this.#withheld];
    const now = await readRoster(this.#sources, this.#roomId);
    for (const userId of withheld) this.#withheld.delete(userId);
    // No await from here on, so that a new subscriber gets either the new roster, or the old one and then the difference.
    const before = this.#roster;
    this.#roster = now;
    const { changed, wentOffline } = differenceOf(before, now, withheld);
    const hasTurned = now.isCrowd !== before.isCrowd;
    if (changed.length + wentOffline.length === 0 && now.count === before.count && !hasTurned) return;
    this.#snapshot = null;
    if (hasTurned) for (const update of this.snapshot()) this.#publish(update);
    else this.#publish(this.#update(now.isCrowd ? {} : { changed, wentOffline }));
  }

  /** Hides a changed user until the next reading shows whether they want to be hidden. */
  #withhold(userId: string): void {
    if (!this.#roster.users.has(userId)) return;
    this.#withheld.add(userId);
    this.#snapshot = null;
    this.#throttle.call();
  }

  #makeSnapshot(): PresenceUpdate {
    const { users, count } = this.#roster;
    const changed = [...users.values()].filter(({ id }) => !this.#withheld.has(id));
    return this.#update({ isSnapshot: true, changed, onlineCount: count - (users.size - changed.length) });
  }

  #update(update: Partial<PresenceUpdate>): PresenceUpdate {
    const { roomId, onlineCount } = { roomId: this.#roomId, onlineCount: this.#roster.count };
    return { roomId, onlineCount, isSnapshot: false, changed: [], wentOffline: [], ...update };
  }
}
