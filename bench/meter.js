import { costOf, eachOf } from './cost.js';
import { Histogram } from './statistics.js';

/** Measures operations: how many there are, how long each takes, and what they cost. */
export class Meter {
  operations = 0;
  #latencies = new Histogram();

  /** Records an operation that is done. @param {number} startedAt or the time at which it was due, by `performance.now` */
  add(startedAt) {
    this.operations += 1;
    this.#latencies.add(performance.now() - startedAt);
  }

  /**
   * Runs `work`, which records its operations, and returns their rate, latency and cost. CPU is in µs per operation.
   * @param {{ pid: number | null, databaseParent: number }} target without a `pid`, the load is the only process
   * @param {() => Promise<void>} work
   */
  async measure({ pid, databaseParent }, work) {
    const cost = await costOf(pid ?? process.pid, work, databaseParent);
    const each = eachOf(cost, this.operations);
    return {
      perSecond: (this.operations * 1000) / cost.wallMs,
      p50Ms: this.#latencies.percentile(0.5),
      p99Ms: this.#latencies.percentile(0.99),
      serverMicros: pid === null ? null : each.server,
      databaseMicros: each.database,
      allMicros: each.all,
      loadMicros: (cost.ownMs * 1000) / this.operations,
      loadBusy: cost.loadBusy,
    };
  }
}
