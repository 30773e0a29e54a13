import { randomUUID } from 'node:crypto';
import { Caller, graphqlDialect } from '../caller.js';
import { HttpCaller } from '../http-caller.js';
import { Meter } from '../meter.js';
import { text } from '../text.js';
import { requireRight, sendMessage } from './operations.js';

/** Connections that are opened at a time. */
const openAtOnce = 250;

/** Starts an operation of one client; null if the client has nothing more to do. @typedef {() => Promise<void> | null} Client */

/** The clients of a server. */
export class Crowd {
  target;
  community;
  /** Number of messages that the talkers have sent. */
  sent = 0;

  #databaseParent;
  /** @type {Caller[]} */
  #talkers = [];
  /** @type {(Caller | HttpCaller)[]} */
  #callers = [];

  /** @param {import('./contestants.js').Target} target @param {{ community: import('./fill.js').Community, databaseParent: number }} place */
  constructor(target, { community, databaseParent }) {
    this.target = target;
    this.community = community;
    this.#databaseParent = databaseParent;
  }

  /** Connects people over WebSocket. @param {import('./fill.js').Person[]} people */
  async connect(people) {
    const { port, path, connectionParams } = this.target;
    /** @type {Caller[]} */
    const callers = [];
    for (let first = 0; first < people.length; first += openAtOnce) {
      const some = people.slice(first, first + openAtOnce).map((person) => {
        return new Caller(port, graphqlDialect({ path, connectionParams: connectionParams(person) }));
      });
      await Promise.all(some.map(({ ready }) => ready));
      callers.push(...some);
    }
    this.#callers.push(...callers);
    return callers;
  }

  /** Returns clients over HTTP, with one connection each; without a person, the client is not signed in. @param {(import('./fill.js').Person | null)[]} people */
  overHttp(people) {
    const { port, path, tokenOf } = this.target;
    const callers = people.map((person) => new HttpCaller({ port, path, token: person ? tokenOf(person) : undefined }));
    this.#callers.push(...callers);
    return callers;
  }

  /** Each client has one operation in progress, until the time is over or no client has anything to do. @param {Client[]} clients @param {number} forMs */
  measure(clients, forMs) {
    const meter = new Meter();
    const until = performance.now() + forMs;
    const operate = async (/** @type {Client} */ next) => {
      while (performance.now() < until) {
        const startedAt = performance.now();
        const operation = next();
        if (operation === null) return;
        await operation;
        meter.add(startedAt);
      }
    };
    const { pid } = this.target;
    const work = () => Promise.all(clients.map(operate)).then(() => {});
    return meter.measure({ pid, databaseParent: this.#databaseParent }, work).then((values) => ({
      ...values,
      operations: meter.operations,
    }));
  }

  /** All talkers send messages, in their 50 rooms. @param {number} forMs */
  async send(forMs) {
    const { talkers, talkRooms } = this.community;
    if (this.#talkers.length === 0) this.#talkers = await this.connect(talkers);
    return this.measure(
      this.#talkers.map((caller, index) => {
        const roomId = this.target.idOf('Room', talkRooms[index % talkRooms.length]);
        return async () => {
          const input = { roomId, text, clientMessageId: randomUUID() };
          requireRight(sendMessage, await caller.ask({ query: sendMessage.query, variables: { input } }));
          this.sent += 1;
        };
      }),
      forMs,
    );
  }

  close() {
    for (const caller of this.#callers) caller.close();
  }
}
