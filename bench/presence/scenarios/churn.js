import { setTimeout as sleep } from 'node:timers/promises';
import { costOf } from '../../cost.js';
import { settledBytes } from '../../settled-bytes.js';
import { Histogram } from '../../statistics.js';
import { openDevices } from '../devices.js';
import { Follower } from '../follower.js';

const presenceChanged = `subscription Presence($roomIds: [ID!]!) {
  presenceChanged(roomIds: $roomIds) {
    roomId isSnapshot onlineCount changed { status user { id displayName } } wentOffline
  }
}`;
const roomEvents = `subscription Room($roomId: ID!) {
  roomEvents(roomId: $roomId) { status cursor events { eventNumber } }
}`;

/** Share of people who are away at the start, so that arrivals and departures have the same rate. */
const shareAway = 0.25;
/** How long a user who disconnects stays present. */
const graceMs = 4000;
/** How long it may take, after the grace period, until all followers know the state. Followers get an update per second. */
const knownWithinMs = 20_000;
/** Interval of the timer that produces arrivals and departures. */
const tickMs = 1;

/**
 * People in rooms; each follows the presence of their room. They arrive and leave at a constant rate, independent of the
 * updates: the user who has been away the longest arrives, and the user who has been present the longest leaves.
 * @param {import('../place.js').Place} place
 * @param {{ perSecond: number, forMs: number, calmMs: number }} size rate of arrivals and departures together
 */
export async function churn(place, { perSecond, forMs, calmMs }) {
  const before = await settledBytes(place.pid, calmMs);
  const people = await People.open(place);
  const after = await settledBytes(place.pid, calmMs);
  const { frames } = people;
  const { wallMs, ...cost } = await costOf(
    place.pid,
    () => people.comeAndGo({ perSecond, forMs }),
    place.databaseParent,
  );
  const received = people.frames - frames;
  const settledMs = await people.settled();
  people.close();
  return {
    serverShare: cost.serverMs / wallMs,
    databaseShare: cost.belowMs / wallMs,
    loadBusy: cost.loadBusy,
    changesPerSecond: (cost.result * 1000) / wallMs,
    framesPerRoomSecond: (received * 1000) / (wallMs * place.guests.length),
    framesPerSecond: (received * 1000) / wallMs,
    frameMicros: (cost.serverMs * 1000) / received,
    seenP50Ms: people.seen.percentile(0.5),
    seenP99Ms: people.seen.percentile(0.99),
    settledMs,
    restarts: people.restarts,
    personBytes: (after - before) / place.guests.length,
  };
}

class People {
  /** Latencies from an arrival until each follower received it. */
  seen = new Histogram();

  #guests;
  #rooms;
  /** @type {import('../device.js').Device[]} */
  #devices = [];
  /** @type {Follower[]} */
  #followers;
  /** Users who are present, by room. @type {Set<string>[]} */
  #truth;
  /** Number of arrivals and departures, by room. */
  #changes;
  /** Times of arrival of the users who are present, by id. @type {Map<string, number>} */
  #cameAt = new Map();
  /** For each present person, a function that ends the subscription. @type {Map<number, () => void>} */
  #stays = new Map();
  /** @type {number[]} */
  #away = [];
  #failure = '';

  /** @param {import('../place.js').Place} place */
  constructor({ guests, rooms }) {
    this.#guests = guests;
    this.#rooms = rooms;
    this.#truth = rooms.map(() => new Set());
    this.#changes = rooms.map(() => 0);
    this.#followers = guests.map(
      () =>
        new Follower((id) => {
          const at = this.#cameAt.get(id);
          if (at !== undefined) this.seen.add(performance.now() - at);
        }),
    );
  }

  /** Connects all people and lets most of them arrive. Resolves when all followers know who is present. @param {import('../place.js').Place} place */
  static async open(place) {
    const people = new People(place);
    const there = Math.floor(place.guests.length * (1 - shareAway));
    await openDevices(
      place,
      place.guests,
      (device, index) => people.#prepare(device, { index, isThere: index < there }),
      (why) => {
        people.#failure ||= why;
      },
    );
    await people.#allKnow(knownWithinMs);
    for (const [room] of place.rooms.entries()) people.#changes[room] = 0;
    for (const follower of people.#followers) follower.changes = 0;
    people.#cameAt.clear();
    people.seen = new Histogram();
    return people;
  }

  /** Number of frames that all followers received. */
  get frames() {
    return this.#followers.reduce((sum, { frames }) => sum + frames, 0);
  }

  /** Number of new snapshots for followers that fell behind. */
  get restarts() {
    return this.#followers.reduce((sum, { snapshots }) => sum + snapshots - 1, 0);
  }

  /** Resolves with the number of arrivals and departures. @param {{ perSecond: number, forMs: number }} pace */
  async comeAndGo({ perSecond, forMs }) {
    const total = Math.floor((perSecond * forMs) / 1000);
    const start = performance.now();
    for (let made = 0; made < total; ) {
      const due = Math.min(total, Math.floor(((performance.now() - start) * perSecond) / 1000));
      for (; made < due; made++) this.#comeOrGo(made);
      await sleep(tickMs);
    }
    return total;
  }

  /**
   * Waits until all followers know the final state; resolves with the time since the last change. Throws unless each
   * follower received each change once.
   */
  async settled() {
    const start = performance.now();
    await this.#allKnow(graceMs + knownWithinMs);
    const settledMs = performance.now() - start;
    for (const [index, { changes, snapshots, faults }] of this.#followers.entries()) {
      const expected = this.#changes[index % this.#rooms.length];
      if (faults.length > 0) throw new Error(`follower ${index}: ${faults.join(', ')}`);
      if (snapshots === 1 && changes !== expected)
        throw new Error(`follower ${index} received ${changes} arrivals and departures, expected ${expected}`);
    }
    return settledMs;
  }

  close() {
    for (const { connection } of this.#devices) connection.close();
  }

  /** @param {import('../device.js').Device} device @param {{ index: number, isThere: boolean }} person */
  async #prepare(device, { index, isThere }) {
    this.#devices[index] = device;
    if (isThere) await this.#come(index);
    else this.#away.push(index);
    const variables = { roomIds: [this.#rooms[index % this.#rooms.length]] };
    await new Promise((resolve) => {
      device.subscribe({ query: presenceChanged, variables }, ({ presenceChanged: update }) => {
        this.#followers[index].take(update);
        resolve(null);
      });
    });
  }

  #comeOrGo(/** @type {number} */ number) {
    const isGoing = number % 2 === 0;
    const index = isGoing ? /** @type {number} */ (this.#stays.keys().next().value) : this.#away.shift();
    if (index === undefined) throw new Error('no user is away');
    if (isGoing) this.#go(index);
    else this.#come(index);
  }

  /** Resolves when the server has answered. @param {number} index */
  #come(index) {
    const room = this.#enter(index, true);
    return new Promise((resolve) => {
      const operation = { query: roomEvents, variables: { roomId: this.#rooms[room] } };
      this.#stays.set(index, this.#devices[index].subscribe(operation, resolve));
    });
  }

  #go(/** @type {number} */ index) {
    this.#enter(index, false);
    this.#stays.get(index)?.();
    this.#stays.delete(index);
    this.#away.push(index);
  }

  /** Records an arrival or a departure; returns the number of the room. @param {number} index @param {boolean} isComing */
  #enter(index, isComing) {
    const room = index % this.#rooms.length;
    const { id } = this.#guests[index];
    this.#changes[room] += 1;
    if (isComing) {
      this.#truth[room].add(id);
      this.#cameAt.set(id, performance.now());
    } else this.#truth[room].delete(id);
    return room;
  }

  /** @param {number} withinMs */
  async #allKnow(withinMs) {
    const until = performance.now() + withinMs;
    for (;;) {
      if (this.#failure) throw new Error(this.#failure);
      const wrong = this.#followers.filter(
        ({ known }, index) => !isSame(known, this.#truth[index % this.#rooms.length]),
      );
      if (wrong.length === 0) return;
      if (performance.now() > until)
        throw new Error(`${wrong.length} of ${this.#followers.length} followers do not know who is present`);
      await sleep(100);
    }
  }
}

/** @param {Set<string>} one @param {Set<string>} other */
function isSame(one, other) {
  if (one.size !== other.size) return false;
  for (const id of one) if (!other.has(id)) return false;
  return true;
}
