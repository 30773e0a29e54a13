import { Subscribers } from '../base/subscribers.ts';
import type { Bus } from '../bus/bus.ts';
import { SharedResources } from '../live/shared.ts';
import { Slices } from '../live/slices.ts';
import type { Watches } from '../live/watches.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import type { MembershipChanged } from '../log/events/membership-changed.ts';
import type { PresenceStore } from '../presence/store.ts';
import { isCountedDeletion, isNotified, type NotificationAdded } from './viewer-event.ts';

/** A subscription to the events that concern one user. */
export interface NotifiedUser {
  readonly userId: string;
  /** A message of another user was added; `isPresent`: whether the user is present in the room. */
  notify: (added: NotificationAdded, isPresent: boolean) => void;
  /** The user has read messages of a room up to a number, on any device. */
  hasRead: (roomId: string, upToSequence: number) => void;
  /** A message of another user was deleted. */
  deleted: (roomId: string, sequence: number) => void;
  /** The user became a member, or is no longer one. May be called twice. */
  membershipChanged: (event: MembershipChanged) => void;
  /** Events may have been missed: the subscriber must start over. */
  restart: () => void;
}

/** The time a user spends in a room. */
interface Stay {
  /** Resolves once the user is in the room, and is notified of every event that is committed later. */
  entered: Promise<void>;
  leave: () => void;
}

interface NotifierOptions {
  watches: Pick<Watches<RoomEvent>, 'watch'>;
  presence: Pick<PresenceStore, 'arePresent'>;
  bus: Pick<Bus, 'watch'>;
  /** Called with each error that a subscriber throws. */
  onError: (error: unknown) => void;
}

type Users = Subscribers<NotifiedUser>;

/**
 * Notifies the users on this node of events in their rooms. All members of a room share one watch of its log, one
 * look-up of presence and one notification object.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #rooms: SharedResources<Users>;
  readonly #users: Users;
  /** Starts users over: each of them reads a snapshot, and gets it again. */
  readonly #restarts: Slices<NotifiedUser>;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#rooms = new SharedResources({ open: (roomId) => this.#open(roomId) });
    this.#users = new Subscribers(options.onError);
    this.#restarts = new Slices((user) => user.restart(), options.onError);
    options.bus.watch((isConnected) => {
      // Publications were lost while the bus was not connected.
      if (isConnected) this.#restarts.add(this.#users.all());
    });
  }

  /** Restarts the user each time the bus connects again, within some seconds. The returned function ends this. */
  add(user: NotifiedUser): () => void {
    const remove = this.#users.add(user);
    return () => {
      remove();
      this.#restarts.delete(user);
    };
  }

  enter(roomId: string, user: NotifiedUser): Stay {
    const lease = this.#rooms.acquire(roomId);
    let remove = () => {};
    let hasLeft = false;
    const entered = lease.value.then((users) => {
      if (users && !hasLeft) remove = users.add(user);
    });
    const leave = () => {
      hasLeft = true;
      remove();
      lease.release();
    };
    return { entered, leave };
  }

  async #open(roomId: string): Promise<{ value: Users; close: () => void } | null> {
    const users: Users = new Subscribers(this.#options.onError);
    const restart = () => this.#restarts.add(users.all());
    // Looking up presence takes time, so batches wait for each other in this chain and keep their order.
    let previous = Promise.resolve();
    const close = await this.#options.watches.watch(roomId, (events) => {
      if (events) previous = previous.then(() => this.#pass(events, users)).catch(restart);
      else restart();
    });
    return close && { value: users, close };
  }

  async #pass(events: readonly RoomEvent[], users: Users): Promise<void> {
    const present = events.some(isNotified) ? await this.#presentAmong(events, users) : noUsers;
    for (const event of events) {
      if (event.type === 'MEMBERSHIP_CHANGED') {
        users.publish((user) => user.userId === event.membership.userId && user.membershipChanged(event));
      } else if (isNotified(event)) {
        const { roomId, message } = event;
        // The same object for all, so that it is rendered once.
        const added: NotificationAdded = { type: 'NOTIFICATION_ADDED', roomId, message };
        users.publish((user) => {
          if (user.userId === message.authorId) user.hasRead(roomId, message.sequence);
          else user.notify(added, present.has(user.userId));
        });
      } else if (isCountedDeletion(event)) {
        const { roomId, message } = event;
        users.publish((user) => user.userId !== message.authorId && user.deleted(roomId, message.sequence));
      }
    }
  }

  async #presentAmong([first]: readonly RoomEvent[], users: Users): Promise<ReadonlySet<string>> {
    if (!first) return noUsers;
    const userIds = [...new Set(users.all().map(({ userId }) => userId))];
    const flags = await this.#options.presence.arePresent(first.roomId, userIds);
    return new Set(userIds.filter((_userId, index) => flags[index]));
  }
}

const noUsers: ReadonlySet<string> = new Set();
