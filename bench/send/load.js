import { setTimeout as sleep } from 'node:timers/promises';
import { Meter } from '../meter.js';
import { text } from '../text.js';

/** Interval of the timer that sends at a constant rate. */
const tickMs = 1;

/** People who send to a target. Person i writes to room i modulo the number of rooms. */
export class Load {
  /** Number of messages since the start. */
  acknowledged = 0;

  #target;
  #databaseParent;

  /** @param {import('./contestants.js').Target} target @param {number} databaseParent */
  constructor(target, databaseParent) {
    this.#target = target;
    this.#databaseParent = databaseParent;
  }

  /** `people` senders have one message in progress each, and send the next when it is acknowledged. @param {number} people @param {number} forMs */
  steady(people, forMs) {
    return this.#measure(async (meter) => {
      const until = performance.now() + forMs;
      const sendOn = async (/** @type {number} */ person) => {
        while (performance.now() < until) await this.#send(person, performance.now(), meter);
      };
      await Promise.all(Array.from({ length: people }, (_, person) => sendOn(person)));
    });
  }

  /** All people send in turn at a constant rate, acknowledged or not. Latency counts from the time at which a message was due. @param {number} perSecond @param {number} forMs */
  open(perSecond, forMs) {
    return this.#measure(async (meter) => {
      const total = Math.floor((perSecond * forMs) / 1000);
      const start = performance.now();
      const underWay = [];
      while (underWay.length < total) {
        const due = Math.min(total, Math.floor(((performance.now() - start) * perSecond) / 1000));
        while (underWay.length < due) {
          underWay.push(this.#send(underWay.length, start + (underWay.length * 1000) / perSecond, meter));
        }
        await sleep(tickMs);
      }
      await Promise.all(underWay);
    });
  }

  /** @param {number} person @param {number} dueAt @param {Meter} meter */
  async #send(person, dueAt, meter) {
    const { senders, rooms } = this.#target;
    const index = person % senders.length;
    await senders[index](rooms[index % rooms.length], text);
    this.acknowledged += 1;
    meter.add(dueAt);
  }

  /** @param {(meter: Meter) => Promise<void>} work */
  #measure(work) {
    const meter = new Meter();
    return meter.measure({ pid: this.#target.pid, databaseParent: this.#databaseParent }, () => work(meter));
  }
}
