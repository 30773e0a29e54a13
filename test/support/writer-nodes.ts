import { pino } from 'pino';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { RoomWriter } from '../../src/log/writer/room-writer.ts';
import { openPool, type Pool, type Transaction } from '../../src/storage/pool.ts';

const log = pino({ level: 'silent' });

/** A writer with connections and publications of its own, as on a node. */
export interface WriterNode {
  pool: Pool;
  writer: RoomWriter;
  published: RoomEvent[];
  /** The rooms of groups whose answer was lost. */
  unpublished: string[];
  close(): Promise<void>;
}

interface NodeOptions {
  /** Changes, delays or records the node's transactions. */
  through?: (transaction: Transaction) => Transaction;
  patienceMs?: number;
}

export function startWriterNode(url: string, { through = (same) => same, patienceMs }: NodeOptions = {}): WriterNode {
  const pool = openPool(url, { log });
  const published: RoomEvent[] = [];
  const publish = (events: readonly RoomEvent[]) => void published.push(...events);
  const unpublished: string[] = [];
  const onUnpublished = (roomIds: readonly string[]) => void unpublished.push(...roomIds);
  const transaction = through(pool.transaction);
  const writer = new RoomWriter({ transaction, writers: pool.writers, publish, onUnpublished, log, patienceMs });
  return { pool, writer, published, unpublished, close: async () => writer.close().then(() => pool.close()) };
}
