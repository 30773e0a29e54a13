import { costOf } from '../cost.js';
import { Histogram } from '../statistics.js';

/** @typedef {import('./contestants.js').Target} Target */
/** @typedef {import('./fill.js').Room} Room */

const pageSize = 50;
/** The rooms take turns, so that other work of the machine affects both equally. */
const turns = 4;

/**
 * Measures the newest page and one in the middle, of a small and of a large room.
 * @param {Target} target @param {{ rooms: Room[], forMs: number, databaseParent: number }} options
 */
export async function pages(target, { rooms: [small, large], forMs, databaseParent }) {
  const reads = {
    newestSmall: () => readPage(target.newest, small, small.messages - pageSize),
    newestLarge: () => readPage(target.newest, large, large.messages - pageSize),
    middleSmall: () => readPage(target.middle, small, small.messages / 2),
    middleLarge: () => readPage(target.middle, large, large.messages / 2),
  };
  const meters = Object.entries(reads).map(([name, read]) => ({
    name,
    meter: new Meter(target, databaseParent, read),
  }));
  for (const { meter } of meters) await meter.warmUp(forMs / turns);
  for (let turn = 0; turn < turns; turn++) for (const { meter } of meters) await meter.run(forMs / turns);
  return Object.assign({}, ...meters.map(({ name, meter }) => meter.valuesNamed(name)));
}

/**
 * Measures a request for all rooms of a viewer with their unread counts.
 * @param {Target} target @param {{ rooms: Room[], forMs: number, databaseParent: number }} options
 */
export async function unread(target, { rooms, forMs, databaseParent }) {
  const meter = new Meter(target, databaseParent, async () => {
    const counts = (await target.unread?.()) ?? [];
    if (counts.length !== rooms.length || counts.some((count) => count < 100)) throw new Error('wrong unread counts');
  });
  await meter.warmUp(forMs / turns);
  await meter.run(forMs);
  return meter.valuesNamed('unread');
}

/** Reads one page, and checks that it has the messages after this number. @param {Target['newest']} read @param {Room} room @param {number} before */
async function readPage(read, room, before) {
  const sequences = await read(room);
  const isRight =
    sequences.length === pageSize && sequences.every((sequence, index) => sequence === before + index + 1);
  if (!isRight) throw new Error(`a page after ${before} of ${room.messages} has ${sequences.length} other messages`);
}

/** Repeats a read, one at a time. */
class Meter {
  #target;
  #databaseParent;
  #read;
  #latencies = new Histogram();
  #serverMs = 0;
  #databaseMs = 0;

  /** @param {Target} target @param {number} databaseParent @param {() => Promise<void>} read */
  constructor(target, databaseParent, read) {
    this.#target = target;
    this.#databaseParent = databaseParent;
    this.#read = read;
  }

  /** @param {number} forMs */
  async warmUp(forMs) {
    for (const until = performance.now() + forMs; performance.now() < until; ) await this.#read();
  }

  /** @param {number} forMs */
  async run(forMs) {
    const work = async () => {
      for (const until = performance.now() + forMs; performance.now() < until; ) {
        const start = performance.now();
        await this.#read();
        this.#latencies.add(performance.now() - start);
      }
    };
    const { serverMs, belowMs } = await costOf(this.#target.pid ?? process.pid, work, this.#databaseParent);
    this.#serverMs += serverMs;
    this.#databaseMs += belowMs;
  }

  /** Returns the median latency and the CPU of one read. @param {string} name prefix of the names of the values */
  valuesNamed(name) {
    const { total } = this.#latencies;
    return {
      [`${name}Ms`]: this.#latencies.percentile(0.5),
      [`${name}P99Ms`]: this.#latencies.percentile(0.99),
      [`${name}ServerMicros`]: this.#target.pid === null ? null : (this.#serverMs * 1000) / total,
      [`${name}DatabaseMicros`]: (this.#databaseMs * 1000) / total,
    };
  }
}
