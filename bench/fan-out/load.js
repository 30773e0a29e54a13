import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../connection.js';
import { findTexts, messageText, minTextBytes } from './message-text.js';

/** Bytes of a delivery on the wire, including its header. */
export const frameBytes = 389;

/** Messages of at least this many bytes are deliveries; other messages of the protocols are shorter. */
const deliveryBytes = 200;
const openAtOnce = 250;
const proofTextBytes = 100;
const proofAtOnce = 50;
const proofAttempts = 4;
const proofWithinMs = 5000;
const lateMs = 100;

/**
 * Subscribers of a server. Each has its own connection and subscription, and counts its deliveries.
 * Reader i is in room i modulo the number of rooms.
 */
export class Crowd {
  /** @type {Connection[]} */
  connections = [];
  /** Deliveries to all readers since the last `expect`. */
  delivered = 0;
  /** Bytes of the text that fills a frame of `frameBytes`; known after `prove`. */
  textBytes = proofTextBytes;

  #server;
  #rooms;
  #number = 0;
  #expected = Number.POSITIVE_INFINITY;
  #arrived = () => {};
  /** @type {(error: Error) => void} */
  #failed = () => {};
  /** @type {Error | null} */
  #failure = null;

  /** @param {import('./contestants.js').Server} server @param {string[]} rooms */
  constructor(server, rooms) {
    this.#server = server;
    this.#rooms = rooms;
    server.ended.then((why) => this.#fail(why));
  }

  /**
   * Connects and subscribes, some readers at a time, and proves that every reader receives the messages of its room.
   * @param {import('./contestants.js').Server} server
   * @param {{ readers: number, rooms: string[] }} size
   */
  static async open(server, { readers, rooms }) {
    const crowd = new Crowd(server, rooms);
    for (let first = 0; first < readers; first += openAtOnce) {
      const some = Array.from({ length: Math.min(openAtOnce, readers - first) }, (_, i) => crowd.#connect(first + i));
      await Promise.all(some.map(({ ready }) => ready));
    }
    await crowd.#prove();
    return crowd;
  }

  get rooms() {
    return this.#rooms;
  }

  /** Returns the number of readers of a room. @param {number} room its index */
  readersOf(room) {
    const { length } = this.connections;
    return Math.floor(length / this.#rooms.length) + (room < length % this.#rooms.length ? 1 : 0);
  }

  /** Publishes messages of the usual size into a room, all at once. @param {string} room */
  publish(room, count = 1) {
    const { textBytes: bytes } = this;
    this.#server.publish(
      room,
      Array.from({ length: count }, () => messageText({ number: ++this.#number, bytes })),
    );
  }

  /** From now on, only counts deliveries, by their headers. */
  countOnly() {
    for (const connection of this.connections) {
      connection.onDelivery = null;
      connection.countOnly(deliveryBytes);
      connection.onCount = (messages) => {
        this.delivered += messages;
        if (this.delivered >= this.#expected) this.#arrived();
      };
    }
  }

  /**
   * Resolves when this many deliveries have arrived since the last call. Call it before publishing.
   * @param {number} deliveries @param {number} withinMs
   * @returns {Promise<void>}
   */
  expect(deliveries, withinMs) {
    this.delivered = 0;
    this.#expected = deliveries;
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure);
      const tooLate = () => reject(new Error(`${this.delivered} of ${deliveries} deliveries within ${withinMs} ms`));
      const timer = setTimeout(tooLate, withinMs);
      this.#arrived = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#failed = (error) => {
        clearTimeout(timer);
        reject(error);
      };
    });
  }

  /** Throws if a reader has lost its connection, or if the server has ended. */
  requireWhole() {
    if (this.#failure) throw this.#failure;
  }

  /** Also throws if more deliveries arrived than expected. */
  async requireNoMore() {
    await sleep(lateMs);
    this.requireWhole();
    const more = this.delivered - this.#expected;
    if (more > 0) throw new Error(`${more} deliveries more than expected`);
  }

  close() {
    for (const connection of this.connections) connection.close();
  }

  #connect(/** @type {number} */ index) {
    const room = this.#rooms[index % this.#rooms.length];
    const connection = new Connection(this.#server.port, this.#server.subscription({ room, index }));
    connection.onLost = (why) => this.#fail(`reader ${index}: ${why}`);
    this.connections.push(connection);
    return connection;
  }

  #fail(/** @type {string} */ why) {
    this.#failure ??= new Error(why);
    this.#failed(this.#failure);
  }

  /**
   * No protocol reports when a subscription is active, so this sends messages to each room until all of its readers have
   * received one. The frame of a short text shows how long the texts must be.
   */
  async #prove() {
    const deaf = new Set(this.connections);
    for (const connection of this.connections) {
      connection.onDelivery = (message) => findTexts(message, () => deaf.delete(connection));
    }
    for (let attempt = 1; attempt <= proofAttempts && deaf.size > 0; attempt++) {
      await this.#publishToProve();
      const until = performance.now() + proofWithinMs;
      while (deaf.size > 0 && performance.now() < until && !this.#failure) await sleep(20);
    }
    this.requireWhole();
    if (deaf.size > 0) throw new Error(`${deaf.size} of ${this.connections.length} readers receive nothing`);
    await sleep(lateMs);
    const envelopeBytes = this.connections[0].lastMessageBytes - proofTextBytes;
    this.textBytes = Math.max(minTextBytes, frameBytes - envelopeBytes);
  }

  async #publishToProve() {
    for (let first = 0; first < this.#rooms.length; first += proofAtOnce) {
      for (const room of this.#rooms.slice(first, first + proofAtOnce)) this.publish(room);
      // A slow server would otherwise get so many messages that it refuses some.
      await Promise.race([this.#server.storing?.acknowledged(), this.#server.ended]);
      await sleep(this.#rooms.length > 1 ? 20 : 0);
    }
  }
}
