import type { Bus } from '../bus/bus.ts';
import { pageEvents } from '../live/limits.ts';
import type { Log } from '../live/log.ts';
import { accessRevokedFor } from './access-changes.ts';
import type { RoomEvent } from './events/kinds.ts';
import type { MembershipChanged } from './events/membership-changed.ts';
import { accessEndsTopic, roomTopic, userTopic } from './topics.ts';

interface PublicationsOptions {
  bus: Pick<Bus, 'publish'>;
  log: Pick<Log<RoomEvent>, 'heads' | 'read'>;
  /** Called with each list of events before it is published. */
  onPublish: (events: readonly RoomEvent[]) => void;
}

/** Announces committed events on the bus: to the readers of their rooms, and to the users whose membership has changed. */
export class Publications {
  readonly #options: PublicationsOptions;

  constructor(options: PublicationsOptions) {
    this.#options = options;
  }

  /** Announces new events of one room, in order. Never throws: if an announcement is lost, readers look into the log. */
  publish(events: readonly RoomEvent[]): void {
    const [first] = events;
    if (!first) return;
    this.#options.onPublish(events);
    this.#options.bus.publish(roomTopic(first.roomId), events);
    for (const event of events) if (event.type === 'MEMBERSHIP_CHANGED') this.#tellUser(event);
  }

  /**
   * Announces what is new in rooms whose newest events nobody has announced. Their readers get the last event, and read from
   * the log what they lack before it. Users get the last change of their membership: an earlier one may be undone by now.
   */
  async publishNewest(roomIds: readonly string[]): Promise<void> {
    const { log, bus } = this.#options;
    const heads = await log.heads(roomIds);
    const wants = roomIds.map((topic, index) => {
      const after = Math.max(0, (heads[index]?.eventNumber ?? 0) - pageEvents);
      return { topic, after, limit: pageEvents };
    });
    for (const events of await log.read(wants)) {
      const last = events.at(-1);
      if (last) bus.publish(roomTopic(last.roomId), [last]);
      const lastOfUser = new Map<string, MembershipChanged>();
      for (const event of events)
        if (event.type === 'MEMBERSHIP_CHANGED') lastOfUser.set(event.membership.userId, event);
      for (const event of lastOfUser.values()) this.#tellUser(event);
    }
  }

  #tellUser(event: MembershipChanged): void {
    const userId = accessRevokedFor(event);
    if (userId) this.#options.bus.publish(accessEndsTopic, userId);
    this.#options.bus.publish(userTopic(event.membership.userId), event);
  }
}
