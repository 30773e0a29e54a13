import type { Opening } from '../base/opening.ts';
import type { Bus } from '../bus/bus.ts';
import type { Room } from '../generated/prisma/client.ts';
import { Feeds } from '../live/feeds.ts';
import { Watches } from '../live/watches.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { type AccessEnds, openAccessEnds } from './access-ends.ts';
import type { RoomEvent } from './events/kinds.ts';
import { insertRoom, type RoomToInsert } from './insert-room.ts';
import { logReader } from './log-reader.ts';
import { MessageRooms } from './message-rooms.ts';
import { Publications } from './publications.ts';
import { roomTopic } from './topics.ts';
import { removeOldLanes } from './writer/lane.ts';
import { RoomWriter } from './writer/room-writer.ts';

/** The durable logs of rooms: what writes them, and what reads them live. */
export interface EventLog {
  /** Makes every durable change of a room. */
  writer: RoomWriter;
  /** Inserts a room and announces it; null if another room has its slug or conversation key. */
  insertRoom: (room: RoomToInsert) => Promise<Room | null>;
  messageRooms: MessageRooms;
  feeds: Feeds<RoomEvent>;
  accessEnds: AccessEnds;
  /** Watches the events of rooms for services that do not send them to a client. */
  watches: Watches<RoomEvent>;
}

declare module '../graphql/context.ts' {
  interface Services {
    log: EventLog;
  }
}

/** Opens the writer and the feeds of rooms. */
export function openLog(opening: Opening, { bus, storage }: { bus: Bus; storage: OpenedStorage }): EventLog {
  const { log, compareMs, metrics, onClose } = opening;
  const { pool } = storage;
  const roomLog = logReader(pool.query, () => metrics.replayStatements.inc());
  const feeds = new Feeds<RoomEvent>({ bus, log: roomLog, logger: log, busTopic: roomTopic, compareMs });
  onClose(() => feeds.close());
  metrics.gauge('parley_live_feeds', 'Rooms that have live readers, or had some a moment ago', () => feeds.size);

  const messageRooms = new MessageRooms(pool.query);
  const onPublish = (events: readonly RoomEvent[]) => {
    metrics.publications.inc();
    for (const event of events) {
      if (event.type === 'MESSAGE_ADDED') messageRooms.note(event.message.id, event.roomId);
    }
  };
  const publications = new Publications({ bus, log: roomLog, onPublish });
  const publish = (events: readonly RoomEvent[]) => publications.publish(events);
  const onUnpublished = (roomIds: readonly string[]) => {
    // If this fails as well, readers still look into the log.
    publications.publishNewest(roomIds).catch((error) => log.warn({ err: error }, 'events were not published'));
  };
  const { transaction, writers } = pool;
  const writer = new RoomWriter({ transaction, writers, publish, onUnpublished, log });
  onClose(() => writer.close());
  removeOldLanes(pool.transaction).catch((error) => log.debug({ err: error }, 'old lanes were not removed'));
  const insertAndPublish = async (toInsert: RoomToInsert) => {
    const inserted = await insertRoom(pool.write, toInsert);
    if (inserted) publish(inserted.events);
    return inserted?.room ?? null;
  };
  const watches = new Watches(feeds, (error) => log.error({ err: error }, 'a watcher of a room failed'));
  const accessEnds = openAccessEnds(opening, { bus, query: pool.query });
  return { writer, insertRoom: insertAndPublish, messageRooms, accessEnds, feeds, watches };
}
