import { setImmediate as nextTurn } from 'node:timers/promises';
import { isMember } from '../access/standing.ts';
import { PackedIds } from '../base/packed-ids.ts';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import type { NotificationLevel } from '../generated/prisma/client.ts';
import { Throttle } from '../live/throttle.ts';
import type { Watches } from '../live/watches.ts';
import { accessRevokedFor } from '../log/access-changes.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import type { MembershipChanged } from '../log/events/membership-changed.ts';
import { userTopic } from '../log/topics.ts';
import type { NotifiedUser, Notifier } from './notifier.ts';
import type { NotifiedRoom, ViewerSnapshot } from './pending.ts';
import type { UserNews } from './user-news.ts';
import { asSeenByMember, isNotified, type NotificationAdded, type ViewerEvent } from './viewer-event.ts';
import { ViewerRoom } from './viewer-room.ts';

export interface ViewerStreamOptions {
  userId: string;
  bus: Pick<Bus, 'subscribe'>;
  watches: Pick<Watches<RoomEvent>, 'since'>;
  notifier: Pick<Notifier, 'add' | 'enter'>;
  roomsOf: (userId: string) => Promise<NotifiedRoom[]>;
  snapshotOf: (userId: string) => Promise<ViewerSnapshot>;
  /** The events that ended the viewer's access to rooms, by room; kept current. */
  ends: Map<string, MembershipChanged>;
  next: (event: ViewerEvent) => void;
  /** Called when events may have been missed: the stream must begin again. */
  onLost: () => void;
}

/** The shortest time between two VIEWER_READ_STATE_CHANGED of a room: scrolling moves the position all the time. */
const readsMs = 1000;

/**
 * A count that changes without a notification is passed on after this time, unless the viewer has read the room by then.
 * It usually happens while they look at the room, and clients tell once a second what they have read. The time doubles with
 * each further count of a room in which they read nothing: they are away, and in a busy room nobody sees these counts.
 */
const unnotifiedMs = 2000;
const maxUnnotifiedMs = 60_000;

/** How many rooms a stream enters without letting other work run: about 20 ms of CPU. */
const roomsAtOnce = 100;

/** The most changes of memberships that may wait for the snapshot. If more arrive, the stream begins again. */
const maxEarlyChanges = 1000;

interface Change {
  event: MembershipChanged;
  /** Whether the viewer was no member of the room before, nor is one now. */
  isOutside: boolean;
}

/**
 * Returns whether somebody reaches the viewer by a change in a room that the viewer is no member of: a blocked user, or
 * anybody in a room that the viewer never joined. Anyone can create a room, ban the viewer from it and write a reason.
 */
function isApproach({ event: { actorId, membership }, isOutside }: Change, blocked: PackedIds): boolean {
  return isOutside && (membership.joinedAt === null || (actorId !== null && blocked.has(actorId)));
}

/** The events that concern a user: a snapshot, then changes. */
export class ViewerStream implements NotifiedUser {
  readonly userId: string;
  readonly #options: ViewerStreamOptions;
  readonly #rooms = new Map<string, { room: ViewerRoom; entered: Promise<void>; leave: () => void }>();
  /** Number of the last message that the snapshot shows, by room. */
  readonly #shown = new Map<string, number>();
  /** Number of the last MEMBERSHIP_CHANGED event that was sent, by room. */
  readonly #changes = new Map<string, number>();
  /** The users whom the viewer has blocked; null until the snapshot is read. A new stream begins when that changes. */
  #blocked: PackedIds | null = null;
  /** Changes of memberships that arrived before the snapshot. */
  #early: Change[] = [];
  /** Resolves once the snapshot is read. */
  #begun: Promise<unknown> | null = null;
  /** Number of the last message that the viewer has read, as far as it is known, by room. */
  readonly #read = new Map<string, number>();
  /** Timers of the rooms whose counts have changed without a notification. */
  readonly #unnotified = new Map<string, NodeJS.Timeout>();
  /** The last such count, by room, and the time before it; none if the viewer has read there since. */
  readonly #counted = new Map<string, { at: number; afterMs: number }>();
  #readRooms = new Set<string>();
  readonly #reads = new Throttle(readsMs, async () => this.#passReads());
  readonly #unlist: () => void;
  #unsubscribe: Unsubscribe = () => {};
  #isClosed = false;

  constructor(options: ViewerStreamOptions) {
    this.#options = options;
    this.userId = options.userId;
    this.#unlist = options.notifier.add(this);
  }

  /** Resolves to the viewer's pending notifications. Every event after them is sent once. */
  begin(): Promise<ViewerSnapshot> {
    const snapshot = this.#begin();
    // Does not keep the snapshot, which may be large.
    this.#begun = snapshot.then(() => {});
    this.#begun.catch(() => {});
    return snapshot;
  }

  async #begin(): Promise<ViewerSnapshot> {
    const { bus, roomsOf, snapshotOf, userId } = this.#options;
    this.#unsubscribe = await bus.subscribe(userTopic(userId), (news: UserNews) => this.#take(news));
    if (this.#isClosed) this.#unsubscribe();
    const rooms = await roomsOf(userId);
    for (let entered = 0; entered < rooms.length; entered += roomsAtOnce) {
      if (entered > 0) await nextTurn();
      const some = rooms.slice(entered, entered + roomsAtOnce);
      await Promise.all(some.map(({ roomId, level }) => this.#enter(roomId, level)));
    }
    // Read after entering the rooms, so that no message is missed. A message that is committed between the two is in
    // both; `open` drops it.
    const snapshot = await snapshotOf(userId);
    this.#blocked = new PackedIds(snapshot.blockedIds);
    const entered = new Set(rooms.map(({ roomId }) => roomId));
    for (const { roomId, lastSequence, lastReadSequence, level } of snapshot.rooms) {
      this.#shown.set(roomId, lastSequence);
      this.#noteRead(roomId, lastReadSequence);
      // Keeps the end if the viewer has left since the snapshot was read.
      if (!this.#changes.has(roomId)) this.#options.ends.delete(roomId);
      this.#setLevel(roomId, level);
      // `#enterLate` opens the rooms that the viewer joined in the meantime.
      if (entered.has(roomId)) this.#rooms.get(roomId)?.room.open(lastSequence);
    }
    for (const change of this.#early.splice(0)) this.#passChange(change);
    return snapshot;
  }

  /** Returns the number of the last message of a room that was passed on, or is in the snapshot; 0 if there is none. */
  lastOf(roomId: string): number {
    return this.#rooms.get(roomId)?.room.after ?? 0;
  }

  notify(added: NotificationAdded, isPresent: boolean): void {
    this.#rooms.get(added.roomId)?.room.add(added, isPresent);
  }

  hasRead(roomId: string, upToSequence: number): void {
    this.#noteRead(roomId, upToSequence);
    this.#counted.delete(roomId);
    this.#passCount(roomId);
  }

  deleted(roomId: string, sequence: number): void {
    if (sequence > (this.#read.get(roomId) ?? 0)) this.#passCountSoon(roomId);
  }

  membershipChanged(event: MembershipChanged): void {
    const { roomId, eventNumber, membership } = event;
    if ((this.#changes.get(roomId) ?? 0) >= eventNumber) return;
    this.#changes.set(roomId, eventNumber);
    this.#noteEnd(event);
    this.#passChange({ event, isOutside: !isMember(membership) && !this.#rooms.has(roomId) });
    if (!isMember(membership)) this.#leave(roomId);
    else if (!this.#rooms.has(roomId)) void this.#enterLate(event).catch(() => this.restart());
  }

  #passChange(change: Change): void {
    if (this.#blocked === null) {
      this.#early.push(change);
      if (this.#early.length > maxEarlyChanges) this.restart();
    } else if (!isApproach(change, this.#blocked)) {
      this.#options.next(asSeenByMember(change.event));
    }
  }

  restart(): void {
    this.#options.onLost();
  }

  close(): void {
    this.#isClosed = true;
    this.#reads.close();
    this.#unsubscribe();
    for (const roomId of [...this.#rooms.keys()]) this.#leave(roomId);
    this.#unlist();
  }

  #noteEnd(event: MembershipChanged): void {
    const { ends } = this.#options;
    if (!accessRevokedFor(event)) ends.delete(event.roomId);
    else if (!ends.has(event.roomId)) ends.set(event.roomId, event);
  }

  async #enter(roomId: string, level: NotificationLevel): Promise<void> {
    const known = this.#rooms.get(roomId);
    // The viewer joined the room a moment ago, and `#enterLate` is entering it. The snapshot must wait for that, or it
    // would miss messages.
    if (known) return known.entered;
    if (this.#isClosed) return;
    const { onLost, notifier } = this.#options;
    const next = (added: NotificationAdded) => this.#pass(added);
    const onUnnotified = () => this.#passCountSoon(roomId);
    const room = new ViewerRoom({ isSilent: level === 'NONE', next, onUnnotified, onLost });
    const { entered, leave } = notifier.enter(roomId, this);
    this.#rooms.set(roomId, { room, entered, leave });
    await entered;
  }

  /** Enters a room that the viewer has just joined, and sends the messages that were written since they joined. */
  async #enterLate({ roomId, eventNumber, membership }: MembershipChanged): Promise<void> {
    await this.#enter(roomId, membership.notificationLevel);
    const entered = this.#rooms.get(roomId);
    const events = await this.#options.watches.since(roomId, eventNumber);
    // Waits for the snapshot, because it may show some of these messages. If it fails, the stream begins again.
    await this.#begun;
    if (!entered || this.#rooms.get(roomId) !== entered) return;
    const messages = events.filter(isNotified);
    const others = messages.filter(({ message }) => message.authorId !== this.userId);
    const own = messages.findLast(({ message }) => message.authorId === this.userId);
    // A message of the viewer's own, from another device, moved their read position.
    if (own) this.hasRead(roomId, own.message.sequence);
    const missed = others.map(({ message }): NotificationAdded => ({ type: 'NOTIFICATION_ADDED', roomId, message }));
    // Messages from before the viewer joined are not new to them.
    entered.room.open(Math.max(this.#shown.get(roomId) ?? 0, membership.lastReadSequence), missed);
  }

  #pass(added: NotificationAdded): void {
    const { authorId } = added.message;
    if (authorId !== null && this.#blocked?.has(authorId)) this.#passCountSoon(added.roomId);
    else this.#options.next(added);
  }

  #leave(roomId: string): void {
    clearTimeout(this.#unnotified.get(roomId));
    for (const known of [this.#unnotified, this.#counted, this.#read]) known.delete(roomId);
    this.#rooms.get(roomId)?.leave();
    this.#rooms.delete(roomId);
  }

  #take(news: UserNews): void {
    if (news.type === 'MEMBERSHIP_CHANGED') this.membershipChanged(news);
    else if (news.type === 'READ') this.hasRead(news.roomId, news.lastReadSequence);
    else if (news.type === 'NOTIFICATION_LEVEL_SET') this.#setLevel(news.roomId, news.level);
    else this.restart();
  }

  #setLevel(roomId: string, level: NotificationLevel): void {
    const entered = this.#rooms.get(roomId);
    if (entered) entered.room.isSilent = level === 'NONE';
  }

  #noteRead(roomId: string, upToSequence: number): void {
    this.#read.set(roomId, Math.max(this.#read.get(roomId) ?? 0, upToSequence));
  }

  #passCountSoon(roomId: string): void {
    if (this.#isClosed || this.#unnotified.has(roomId)) return;
    const afterMs = this.#timeBeforeCount(roomId);
    const pass = () => {
      this.#counted.set(roomId, { at: performance.now(), afterMs });
      this.#passCount(roomId);
    };
    this.#unnotified.set(roomId, setTimeout(pass, afterMs));
  }

  #timeBeforeCount(roomId: string): number {
    const last = this.#counted.get(roomId);
    const isBusy = last && performance.now() - last.at < maxUnnotifiedMs;
    return isBusy ? Math.min(2 * last.afterMs, maxUnnotifiedMs) : unnotifiedMs;
  }

  #passCount(roomId: string): void {
    clearTimeout(this.#unnotified.get(roomId));
    this.#unnotified.delete(roomId);
    this.#readRooms.add(roomId);
    this.#reads.call();
  }

  #passReads(): void {
    const roomIds = this.#readRooms;
    this.#readRooms = new Set();
    for (const roomId of roomIds) {
      if (!this.#hasLeft(roomId)) this.#options.next({ type: 'VIEWER_READ_STATE_CHANGED', roomId });
    }
  }

  #hasLeft(roomId: string): boolean {
    return this.#changes.has(roomId) && !this.#rooms.has(roomId);
  }
}
