import { endsWhom } from '../access/access.ts';
import { redactedRoom } from '../access/redacted-room.ts';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import type { NotificationLevel } from '../generated/prisma/client.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { Paced } from '../live/paced.ts';
import type { MembershipChanged, UserNews } from '../log/events.ts';
import { userTopic } from '../log/events.ts';
import type { RoomWatches } from '../log/room-watch.ts';
import type { Notifier } from './notifier.ts';
import type { NotifiedRoom, ViewerSnapshot } from './pending.ts';

export type NotificationAdded = { type: 'NOTIFICATION_ADDED'; roomId: string; message: MessageRow };
export type ViewerReadStateChanged = { type: 'VIEWER_READ_STATE_CHANGED'; roomId: string };
export type SessionExpiring = { type: 'SESSION_EXPIRING'; expiresAt: Date };

/** What concerns a viewer, across rooms. */
export type ViewerEvent =
  | ViewerSnapshot
  | NotificationAdded
  | ViewerReadStateChanged
  | SessionExpiring
  | MembershipChanged;

/** A room of the viewer. */
interface ViewerRoom {
  isSilent: boolean;
  /** Messages up to this one were told of; those that come before it is known wait in `early`. */
  after: number;
  early: { added: NotificationAdded; isPresent: boolean }[] | null;
}

export interface ViewerStreamOptions {
  userId: string;
  bus: Bus;
  watches: RoomWatches;
  notifier: Notifier;
  roomsOf: (userId: string) => Promise<NotifiedRoom[]>;
  snapshotOf: (userId: string) => Promise<ViewerSnapshot>;
  /** Events that ended the viewer's access to rooms, by room: kept up to date. */
  ends: Map<string, MembershipChanged>;
  next: (event: ViewerEvent) => void;
  /** Called when it cannot be known any more what happened: the stream must begin anew. */
  onLost: () => void;
}

/** Reading goes on while somebody scrolls: other devices hear of it at most so often. */
const readsMs = 1000;

/** Messages that may wait for a room to be known; when more of them come, the stream begins anew. */
const maxEarly = 1000;

/** One device's following of what concerns its user. */
export class ViewerStream {
  readonly userId: string;
  readonly #options: ViewerStreamOptions;
  readonly #rooms = new Map<string, ViewerRoom>();
  /** Up to which message the snapshot shows each room. */
  readonly #shown = new Map<string, number>();
  /** Number of the last change of membership that was told, by room. */
  readonly #changes = new Map<string, number>();
  #read = new Set<string>();
  readonly #pace = new Paced(readsMs, async () => this.#tellRead());
  #unsubscribe: Unsubscribe = () => {};
  #isClosed = false;

  constructor(options: ViewerStreamOptions) {
    this.#options = options;
    this.userId = options.userId;
    options.notifier.add(this);
  }

  /** Resolves to what the viewer has pending now; nothing that comes after it is missed or told of twice. */
  async begin(): Promise<ViewerSnapshot> {
    const { bus, roomsOf, snapshotOf, userId } = this.#options;
    this.#unsubscribe = await bus.subscribe(userTopic(userId), (news: UserNews) => this.#take(news));
    if (this.#isClosed) this.#unsubscribe();
    const rooms = await roomsOf(userId);
    await Promise.all(rooms.map(({ roomId, level }) => this.#enter(roomId, level === 'NONE')));
    // Only once they are listened to.
    const snapshot = await snapshotOf(userId);
    const entered = new Set(rooms.map(({ roomId }) => roomId));
    for (const { roomId, lastSequence, level } of snapshot.rooms) {
      this.#shown.set(roomId, lastSequence);
      // Unless they have left since that was read.
      if (!this.#changes.has(roomId)) this.#options.ends.delete(roomId);
      this.#silence(roomId, level);
      // Others were joined meanwhile, and are entered by themselves.
      if (entered.has(roomId)) this.#ready(roomId, lastSequence);
    }
    return snapshot;
  }

  /** A message of somebody else was added to a room of the viewer. */
  notify(added: NotificationAdded, isPresent: boolean): void {
    const room = this.#rooms.get(added.roomId);
    if (room?.early && room.early.length >= maxEarly) this.#options.onLost();
    else if (room?.early) room.early.push({ added, isPresent });
    else if (room && added.message.sequence > room.after) {
      room.after = added.message.sequence;
      if (!isPresent && !room.isSilent) this.#options.next(added);
    }
  }

  /** The viewer has read in a room, on whichever device. */
  hasRead(roomId: string): void {
    this.#read.add(roomId);
    this.#pace.call();
  }

  /** The viewer was made a member, or is none any more. May be told twice. */
  membershipChanged(event: MembershipChanged): void {
    const { roomId, eventNumber, membership } = event;
    if ((this.#changes.get(roomId) ?? 0) >= eventNumber) return;
    this.#changes.set(roomId, eventNumber);
    this.#noteEnd(event);
    this.#options.next(asSeenByMember(event));
    if (membership.state !== 'JOINED') this.#leave(roomId);
    else if (!this.#rooms.has(roomId)) void this.#enterLate(event).catch(() => this.#options.onLost());
  }

  restart(): void {
    this.#options.onLost();
  }

  close(): void {
    this.#isClosed = true;
    this.#pace.close();
    this.#unsubscribe();
    for (const roomId of [...this.#rooms.keys()]) this.#leave(roomId);
    this.#options.notifier.remove(this);
  }

  #noteEnd(event: MembershipChanged): void {
    const { ends } = this.#options;
    if (!endsWhom(event)) ends.delete(event.roomId);
    else if (!ends.has(event.roomId)) ends.set(event.roomId, event);
  }

  async #enter(roomId: string, isSilent: boolean): Promise<void> {
    if (this.#rooms.has(roomId) || this.#isClosed) return;
    this.#rooms.set(roomId, { isSilent, after: 0, early: [] });
    await this.#options.notifier.enter(roomId, this);
  }

  /** Of what was written since the viewer joined, some may have come before the room was listened to. */
  async #enterLate({ roomId, eventNumber, membership }: MembershipChanged): Promise<void> {
    await this.#enter(roomId, membership.notificationLevel === 'NONE');
    const room = this.#rooms.get(roomId);
    const missed = await this.#options.watches.since(roomId, eventNumber);
    if (!room || this.#rooms.get(roomId) !== room) return;
    for (const event of missed) {
      if (event.type !== 'MESSAGE_ADDED' || event.message.kind !== 'USER') continue;
      if (event.message.authorId === this.userId) continue;
      const added: NotificationAdded = { type: 'NOTIFICATION_ADDED', roomId, message: event.message };
      room.early?.push({ added, isPresent: false });
    }
    room.early?.sort((a, b) => a.added.message.sequence - b.added.message.sequence);
    // What was written before they joined is no news to them.
    this.#ready(roomId, Math.max(this.#shown.get(roomId) ?? 0, membership.lastReadSequence));
  }

  #ready(roomId: string, after: number): void {
    const room = this.#rooms.get(roomId);
    const early = room?.early;
    if (!room || !early) return;
    room.after = after;
    room.early = null;
    for (const { added, isPresent } of early) this.notify(added, isPresent);
  }

  #leave(roomId: string): void {
    if (this.#rooms.delete(roomId)) this.#options.notifier.leave(roomId, this);
  }

  #take(news: UserNews): void {
    if (news.type === 'MEMBERSHIP_CHANGED') this.membershipChanged(news);
    else if (news.type === 'READ') this.hasRead(news.roomId);
    else this.#silence(news.roomId, news.level);
  }

  #silence(roomId: string, level: NotificationLevel): void {
    const room = this.#rooms.get(roomId);
    if (room) room.isSilent = level === 'NONE';
  }

  #tellRead(): void {
    const roomIds = this.#read;
    this.#read = new Set();
    for (const roomId of roomIds) this.#options.next({ type: 'VIEWER_READ_STATE_CHANGED', roomId });
  }
}

/** Of a private room that they left, a member sees no more than that it is the one. */
function asSeenByMember(event: MembershipChanged): MembershipChanged {
  const { room } = event.membership;
  return room && endsWhom(event) ? { ...event, membership: { ...event.membership, room: redactedRoom(room) } } : event;
}
