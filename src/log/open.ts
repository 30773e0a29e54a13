import type { Opening } from '../base/opening.ts';
import type { Bus } from '../bus/bus.ts';
import { Feeds } from '../live/feeds.ts';
import { Watches } from '../live/watches.ts';
import type { RunExclusive } from '../storage/exclusive-changes.ts';
import type { OpenedStorage } from '../storage/open.ts';
import type { RoomEvent } from './events/kinds.ts';
import { logReader } from './log-reader.ts';
import { roomTopic, userTopic } from './topics.ts';
import { MessageWriter } from './writer/message-writer.ts';

/** The durable logs of rooms: what writes them, and what reads them live. */
export interface EventLog {
  writer: MessageWriter;
  /** Runs the changes of one room one after the other; changes of other rooms do not wait for them. */
  runExclusive: RunExclusive;
  /**
   * Announces committed events to every node. Never throws: if an announcement is lost, readers find the events in the
   * log.
   */
  publish: (events: readonly RoomEvent[]) => void;
  feeds: Feeds<RoomEvent>;
  /** Watches the events of rooms for services that do not send them to a client. */
  watches: Watches<RoomEvent>;
}

declare module '../graphql/context.ts' {
  interface Services {
    log: EventLog;
  }
}

/** Opens the writer of messages and the feeds of rooms. */
export function openLog(opening: Opening, { bus, storage }: { bus: Bus; storage: OpenedStorage }): EventLog {
  const { log, compareMs, metrics, onClose } = opening;
  const { pool, runExclusive } = storage;
  const roomLog = logReader(pool.query, () => metrics.replayStatements.inc());
  const feeds = new Feeds<RoomEvent>({ bus, log: roomLog, logger: log, busTopic: roomTopic, compareMs });
  onClose(() => feeds.close());
  metrics.gauge('parley_live_feeds', 'Rooms that have live readers, or had some a moment ago', () => feeds.size);

  const publish = (events: readonly RoomEvent[]) => {
    const [first] = events;
    if (!first) return;
    metrics.publications.inc();
    bus.publish(roomTopic(first.roomId), events);
    for (const event of events) {
      if (event.type === 'MEMBERSHIP_CHANGED') bus.publish(userTopic(event.membership.userId), event);
    }
  };
  const writer = new MessageWriter({ transaction: pool.transaction, writers: pool.writers, publish, log });
  onClose(() => writer.close());
  const watches = new Watches(feeds, (error) => log.error({ err: error }, 'a watcher of a room failed'));
  return { writer, runExclusive, publish, feeds, watches };
}
