import type { Services } from '../context.ts';
import type { User } from '../generated/prisma/client.ts';
import { Paced } from '../live/paced.ts';
import type { OpenState, RoomState } from '../timeline/room-hubs.ts';
import { isHiding, namedAtMost, roomPresences } from './room-presence.ts';

/** Who is in a room, or what has changed of that. */
export interface PresenceNow {
  roomId: string;
  /** Whether `changed` are all who are there (of a crowd: some), and not only those who came or look different. */
  isSnapshot: boolean;
  onlineCount: number;
  changed: readonly User[];
  wentOffline: readonly string[];
}

type Sources = Pick<Services, 'presence' | 'knownUsers' | 'prisma'>;

/** Updates of a room go out at most so often. */
const frameMs = 1000;
/** How often a room is looked at of whose changes no word came. */
const lookMs = 10_000;
/** Named of a crowd, where nobody could follow who comes and goes. */
const crowdNames = 50;

/** Who is in a room: those who follow it hear of the difference, and of a crowd how many it is. */
export function presenceState(sources: Sources): OpenState<PresenceNow> {
  return async (roomId, emit) => {
    const state = new RoomNow(sources, roomId, emit);
    await state.open();
    return state;
  };
}

class RoomNow implements RoomState<PresenceNow> {
  readonly #sources: Sources;
  readonly #roomId: string;
  readonly #emit: (now: PresenceNow) => void;
  readonly #pace = new Paced(frameMs, () => this.#look());
  readonly #timer = setInterval(() => this.#pace.call(), lookMs).unref();
  #unwatch = () => {};
  #users = new Map<string, User>();
  #count = 0;
  #isCrowd = false;
  /** What a newcomer is told; the same object for all of them, so that it is rendered once. */
  #snapshot: PresenceNow | null = null;

  constructor(sources: Sources, roomId: string, emit: (now: PresenceNow) => void) {
    this.#sources = sources;
    this.#roomId = roomId;
    this.#emit = emit;
  }

  async open(): Promise<void> {
    this.#unwatch = await this.#sources.presence.watch(this.#roomId, () => this.#pace.call());
    await this.#look();
  }

  first(): readonly PresenceNow[] {
    this.#snapshot ??= this.#update({ isSnapshot: true, changed: [...this.#users.values()] });
    return [this.#snapshot];
  }

  close(): void {
    clearInterval(this.#timer);
    this.#pace.close();
    this.#unwatch();
  }

  async #look(): Promise<void> {
    const before = { users: this.#users, count: this.#count, isCrowd: this.#isCrowd };
    await this.#read();
    const changed = [...this.#users.values()].filter((user) => !looksAlike(user, before.users.get(user.id)));
    const wentOffline = [...before.users.keys()].filter((userId) => !this.#users.has(userId));
    const isOther = this.#isCrowd !== before.isCrowd;
    const isNews = changed.length + wentOffline.length > 0 || this.#count !== before.count || isOther;
    if (!isNews) return;
    this.#snapshot = null;
    if (isOther) this.#emit(this.first()[0] as PresenceNow);
    else this.#emit(this.#update(this.#isCrowd ? {} : { changed, wentOffline }));
  }

  async #read(): Promise<void> {
    const { presence, knownUsers, prisma } = this.#sources;
    const { count, userIds } = await presence.present(this.#roomId, namedAtMost);
    this.#isCrowd = count > userIds.length;
    if (!this.#isCrowd) {
      const users = (await knownUsers.load(userIds)).filter((user) => !isHiding(user));
      this.#users = new Map(users.map((user) => [user.id, user]));
      this.#count = users.length;
      return;
    }
    const [crowd] = await roomPresences({ presence, db: prisma }, [this.#roomId]);
    const users = await knownUsers.load(crowd?.userIds.slice(0, crowdNames) ?? []);
    this.#users = new Map(users.map((user) => [user.id, user]));
    this.#count = crowd?.count ?? 0;
  }

  #update(update: Partial<PresenceNow>): PresenceNow {
    const { roomId, onlineCount } = { roomId: this.#roomId, onlineCount: this.#count };
    return { roomId, onlineCount, isSnapshot: false, changed: [], wentOffline: [], ...update };
  }
}

function looksAlike(user: User, before: User | undefined): boolean {
  return before !== undefined && looks.every((look) => before[look] === user[look]);
}

const looks = ['chosenStatus', 'statusText', 'displayName', 'avatarUrl'] as const;
