import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import { openRedis } from '../bus/redis-client.ts';
import { disconnect, reconnect } from '../bus/redis-connection.ts';
import { usualBeatMs } from '../bus/redis-link.ts';
import { Places } from './places.ts';
import { askForLease, endLease, type Leases, newName, sweep } from './redis-leases.ts';
import { hasAll, say, sayAll } from './redis-said.ts';
import { arePresentIn, presentIn } from './redis-users.ts';
import type { PresenceStore, Presences } from './store.ts';
import { Watchers } from './watchers.ts';

interface RedisStoreOptions {
  /** As of the bus. */
  url: string;
  bus: Bus;
  log: Logger;
  /** How often the lease is prolonged and the leases of others are read; every 2 s unless given. */
  beatMs?: number;
}

/** Every how many beats it is checked that Redis still has what this node said. */
const beatsPerCheck = 10;
/** How long after a write the next one waits, to gather changes; a lonely change is written at once. */
const gatherMs = 50;
/** An answer that takes longer has failed. */
const answerMs = 2000;
/** On which a node tells the others that it has said all that it knows. */
const nodesTopic = 'presence-nodes';

/**
 * The presence of several nodes, in Redis: a set of users for each place and node, which counts while the node has a
 * lease. A node is known by a name that it takes anew, and says everything again under it, whenever it cannot be sure
 * that Redis has all it said: when its lease ran out or was lost, or a command failed.
 */
export class RedisPresenceStore implements PresenceStore {
  readonly #own = new Places();
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #watchers: Watchers;
  readonly #redis: Redis;
  readonly #timer: NodeJS.Timeout;
  readonly #beatMs: number;
  /** Empty before the first. */
  #name = '';
  /** Names of nodes that have a lease. */
  #alive: string[] = [];
  /** Whether Redis takes what this node says, and whether it has all of it. */
  #isTold = false;
  #hasAll = false;
  /** What is still to be written: users by place. */
  #changed = new Map<string, Set<string>>();
  #writing: NodeJS.Timeout | null = null;
  #wroteAt = 0;
  #beating: Promise<void> | null = null;
  #beats = 0;
  #isClosed = false;

  constructor({ url, bus, log, beatMs = usualBeatMs }: RedisStoreOptions) {
    this.#bus = bus;
    this.#log = log;
    this.#beatMs = beatMs;
    this.#watchers = new Watchers(bus, (error) => log.error({ err: error }, 'a watcher of presence failed'));
    // Commands of one tick go together.
    this.#redis = openRedis(url, { commandTimeout: answerMs, enableAutoPipelining: true }) as Redis;
    this.#redis.on('ready', () => void this.#beat()).on('error', (error) => log.debug({ err: error }, 'Redis'));
    this.#timer = setInterval(() => void this.#beat(), beatMs).unref();
    void bus.subscribe(nodesTopic, () => void this.#lookAgain());
  }

  /** Whether Redis has all that this node said; while it has not, the node answers what it knows itself. */
  get isConnected(): boolean {
    return this.#hasAll;
  }

  enter(place: string, userId: string): void {
    this.#own.add(place, userId);
    this.#change(place, userId);
  }

  leave(place: string, userId: string): void {
    this.#own.remove(place, userId);
    this.#change(place, userId);
  }

  present(place: string, limit: number): Promise<Presences> {
    return this.#ask(
      (names) => presentIn(this.#redis, { place, names, limit }),
      () => this.#own.present(place, limit),
    );
  }

  async arePresent(place: string, userIds: readonly string[]): Promise<boolean[]> {
    if (userIds.length === 0) return [];
    return this.#ask(
      (names) => arePresentIn(this.#redis, { place, names, userIds }),
      () => this.#own.arePresent(place, userIds),
    );
  }

  watch(place: string, onChange: () => void): Promise<Unsubscribe> {
    return this.#watchers.watch(place, onChange);
  }

  announce(place: string): void {
    this.#watchers.announce(place);
  }

  /** Has all said again unless Redis still has it. */
  async check(): Promise<void> {
    this.#write();
    if (!(await hasAll(this.#redis, this.#name, this.#own))) this.#lose('Redis has lost some of it');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    if (this.#writing) clearTimeout(this.#writing);
    await disconnect(this.#redis);
  }

  /** What Redis answers, of the nodes that are alive; while it cannot, what this node knows. */
  async #ask<Answer>(redis: (names: string[]) => Promise<Answer>, own: () => Answer): Promise<Answer> {
    if (!this.#hasAll) return own();
    this.#write();
    return redis(this.#alive).catch(own);
  }

  #change(place: string, userId: string): void {
    const users = this.#changed.get(place) ?? new Set();
    this.#changed.set(place, users.add(userId));
    if (this.#isClosed) return;
    this.#writing ??= setTimeout(() => this.#write(), this.#wroteAt + gatherMs - performance.now());
  }

  /** Sends what has changed, and tells of it once Redis has it. */
  #write(): void {
    if (this.#writing) clearTimeout(this.#writing);
    this.#writing = null;
    const places = [...this.#changed];
    if (places.length === 0) return;
    this.#changed = new Map();
    this.#wroteAt = performance.now();
    void this.#send(places).then(() => {
      for (const [place] of places) this.announce(place);
    });
  }

  /** What is not sent is when all is said again. */
  async #send(places: [string, Set<string>][]): Promise<void> {
    if (!this.#isTold) return;
    const name = this.#name;
    try {
      await Promise.all(
        places.map(([place, changed]) => say(this.#redis, { place, name, users: this.#own.usersIn(place), changed })),
      );
    } catch (error) {
      this.#lose(error);
    }
  }

  /** Nobody knows what Redis has: all is said again, under another name, with the next beat. */
  #lose(error: unknown): void {
    if (this.#isTold && !this.#isClosed) this.#log.debug({ err: error }, 'presence: saying all again');
    this.#isTold = false;
    this.#hasAll = false;
  }

  /** Prolongs the lease and looks who else has one; one beat at a time. */
  #beat(): Promise<void> {
    this.#beating ??= this.#beatOnce()
      .catch((error) => {
        this.#log.debug({ err: error }, 'presence: no beat');
        // A connection that does not answer may be half open.
        if (!this.#isClosed && (error as Error).message === 'Command timed out') reconnect(this.#redis);
      })
      .finally(() => {
        this.#beating = null;
      });
    return this.#beating;
  }

  async #beatOnce(): Promise<void> {
    if (this.#isClosed || this.#redis.status !== 'ready') return;
    this.#beats += 1;
    if (this.#isTold && this.#beats % beatsPerCheck === 0) await this.check();
    const leases = this.#isTold ? await this.#lease('keep') : null;
    if (!leases?.isHeld) return this.#sayAll();
    const known = this.#alive;
    this.#alive = leases.alive;
    if (!isSameSet(known, leases.alive)) this.#watchers.callAll();
    for (const name of leases.lapsed) await sweep(this.#redis, name);
  }

  #lease(how: 'take' | 'keep'): Promise<Leases> {
    return askForLease(this.#redis, { name: this.#name, how, beatMs: this.#beatMs });
  }

  /** Another node has said all it knows. */
  async #lookAgain(): Promise<void> {
    await this.#beating; // which may have looked before that
    await this.#beat();
    this.#watchers.callAll();
  }

  /** Takes a new name and says all under it; the old one counts until that is done. */
  async #sayAll(): Promise<void> {
    const old = this.#name;
    this.#isTold = false;
    this.#hasAll = false;
    try {
      this.#name = newName();
      const { alive } = await this.#lease('take');
      this.#isTold = true;
      await sayAll(this.#redis, this.#name, this.#own);
      if (old) await endLease(this.#redis, old);
      this.#alive = alive.filter((name) => name !== old);
      this.#hasAll = this.#isTold;
      this.#bus.publish(nodesTopic, null);
    } catch (error) {
      this.#lose(error);
      throw error;
    }
  }
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
