import type { PrismaClient, User } from '../generated/prisma/client.ts';
import type { OpenState, State } from '../live/shared-states.ts';
import { Throttle } from '../live/throttle.ts';
import type { RoomEvent } from '../log/events.ts';
import type { KnownUsers } from '../users/known-users.ts';
import { isHiding, namedAtMost, roomPresences } from './room-presence.ts';
import type { PresenceStore } from './store.ts';

/** Who is in a room, or what has changed of that. */
export interface PresenceNow {
  roomId: string;
  /** Whether `changed` are all who are there (of a crowd: some), and not only those who came or look different. */
  isSnapshot: boolean;
  onlineCount: number;
  changed: readonly User[];
  wentOffline: readonly string[];
}

interface Sources {
  presence: Pick<PresenceStore, 'present' | 'arePresent' | 'watch'>;
  knownUsers: Pick<KnownUsers, 'load' | 'watch'>;
  prisma: PrismaClient;
}

/**
 * Updates of a room go out at most so often: where people come and go all the time, each frame costs every reader (Phoenix
 * gathers for 1.5 s too). Where nothing happened for as long, the next goes out at once.
 */
const usualFrameMs = 1500;
/** How often a room is looked at of whose changes no word came. */
const lookMs = 10_000;
/** Named of a crowd, where nobody could follow who comes and goes. */
const crowdNames = 50;

/** Who is in a room: those who follow it hear of the difference, and of a crowd how many it is. */
export function presenceState(sources: Sources, frameMs = usualFrameMs): OpenState<RoomEvent, PresenceNow> {
  return async (roomId, publish) => {
    const state = new RoomNow({ ...sources, frameMs }, roomId, publish);
    await state.open().catch((error: unknown) => {
      state.close();
      throw error;
    });
    return state;
  };
}

/** Who is there, as of one look. */
interface There {
  users: ReadonlyMap<string, User>;
  count: number;
  /** Whether `users` are only some of them. */
  isCrowd: boolean;
}

class RoomNow implements State<RoomEvent, PresenceNow> {
  readonly #sources: Sources;
  readonly #roomId: string;
  readonly #publish: (now: PresenceNow) => void;
  readonly #throttle: Throttle;
  readonly #timer = setInterval(() => this.#throttle.call(), lookMs).unref();
  #unwatch = () => {};
  #unwatchUsers = () => {};
  #there: There = { users: new Map(), count: 0, isCrowd: false };
  /** Users who have changed since they were looked at, and may hide now: newcomers are told of them by the next look. */
  readonly #withheld = new Set<string>();
  /** What a newcomer is told; the same object for all of them, so that it is rendered once. */
  #snapshot: PresenceNow | null = null;

  constructor(sources: Sources & { frameMs: number }, roomId: string, publish: (now: PresenceNow) => void) {
    this.#sources = sources;
    this.#throttle = new Throttle(sources.frameMs, () => this.#look());
    this.#roomId = roomId;
    this.#publish = publish;
  }

  async open(): Promise<void> {
    this.#unwatchUsers = this.#sources.knownUsers.watch((userId) => this.#withhold(userId));
    this.#unwatch = await this.#sources.presence.watch(this.#roomId, () => this.#throttle.call());
    await this.#throttle.begin();
  }

  snapshot(): readonly PresenceNow[] {
    this.#snapshot ??= this.#makeSnapshot();
    return [this.#snapshot];
  }

  close(): void {
    clearInterval(this.#timer);
    this.#throttle.close();
    this.#unwatch();
    this.#unwatchUsers();
  }

  async #look(): Promise<void> {
    const withheld = [...this.#withheld];
    const there = await this.#read();
    for (const userId of withheld) this.#withheld.delete(userId);
    // From here on in one go: whoever begins is given either what was so before, and then the difference, or what is so.
    const before = this.#there;
    this.#there = there;
    const isNew = (user: User) => !looksAlike(user, before.users.get(user.id)) || withheld.includes(user.id);
    const changed = [...there.users.values()].filter(isNew);
    const wentOffline = [...before.users.keys()].filter((userId) => !there.users.has(userId));
    const isOther = there.isCrowd !== before.isCrowd;
    const isNews = changed.length + wentOffline.length > 0 || there.count !== before.count || isOther;
    if (!isNews) return;
    this.#snapshot = null;
    if (isOther) this.#publish(this.snapshot()[0] as PresenceNow);
    else this.#publish(this.#update(there.isCrowd ? {} : { changed, wentOffline }));
  }

  async #read(): Promise<There> {
    const { presence, knownUsers, prisma } = this.#sources;
    const { count, userIds } = await presence.present(this.#roomId, namedAtMost);
    if (count <= userIds.length) {
      const seen = (await knownUsers.load(userIds)).filter((user) => !isHiding(user));
      return { users: byId(seen), count: seen.length, isCrowd: false };
    }
    const [crowd] = await roomPresences({ presence, db: prisma }, [this.#roomId]);
    const named = await knownUsers.load(crowd?.userIds.slice(0, crowdNames) ?? []);
    return { users: byId(named), count: crowd?.count ?? 0, isCrowd: true };
  }

  #withhold(userId: string): void {
    if (!this.#there.users.has(userId)) return;
    this.#withheld.add(userId);
    this.#snapshot = null;
    this.#throttle.call();
  }

  #makeSnapshot(): PresenceNow {
    const { users, count } = this.#there;
    const changed = [...users.values()].filter(({ id }) => !this.#withheld.has(id));
    return this.#update({ isSnapshot: true, changed, onlineCount: count - (users.size - changed.length) });
  }

  #update(update: Partial<PresenceNow>): PresenceNow {
    const { roomId, onlineCount } = { roomId: this.#roomId, onlineCount: this.#there.count };
    return { roomId, onlineCount, isSnapshot: false, changed: [], wentOffline: [], ...update };
  }
}

function byId(users: readonly User[]): ReadonlyMap<string, User> {
  return new Map(users.map((user) => [user.id, user]));
}

function looksAlike(user: User, before: User | undefined): boolean {
  return before !== undefined && looks.every((look) => before[look] === user[look]);
}

const looks = ['chosenStatus', 'statusText', 'displayName', 'avatarUrl'] as const;
