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
  const transaction = through(pool.transaction);
  const writer = new RoomWriter({ transaction, writers: pool.writers, publish, log, patienceMs });
  return { pool, writer, published, close: async () => writer.close().then(() => pool.close()) };
}
