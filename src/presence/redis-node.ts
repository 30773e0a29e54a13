import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { reconnect } from '../bus/redis-connection.ts';
import { hasAll, writeAll, writeChanges } from './redis-entries.ts';
import { endLease, type Leases, newName, requestLease, sweep } from './redis-leases.ts';
import type { TopicUsers } from './topic-users.ts';

interface RedisNodeOptions {
  redis: Redis;
  /** The entries of this node. */
  users: TopicUsers;
  log: Logger;
  /** How often the lease is renewed and the leases of others are read. */
  beatMs: number;
  /** Sends the changes that still wait to be written. */
  flush: () => void;
  /** Called when other nodes have come or gone. */
  onNodesChanged: () => void;
  /** Called once all entries are written under a new name. */
  onRegistered: () => void;
}

/** After how many beats the node checks that Redis still has its entries. */
const beatsPerCheck = 10;

/**
 * This node's entries in Redis, which count while the node has a lease. Whenever the node cannot be sure that Redis has
 * all of them (its lease expired or was lost, or a command failed), it takes a new name and writes them all again.
 */
export class RedisNode {
  readonly #options: RedisNodeOptions;
  readonly #timer: NodeJS.Timeout;
  /** Empty before the first registration. */
  #name = '';
  /** Names of the nodes that have a lease. */
  #alive: readonly string[] = [];
  /** Whether changes may be written under the name, and whether Redis has all entries under it. */
  #isRegistered = false;
  #isComplete = false;
  /** Whether Redis may have lost its data since the last beat: the connection was cut. */
  #isInDoubt = false;
  #beating: Promise<void> | null = null;
  #beats = 0;
  #isClosed = false;

  constructor(options: RedisNodeOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.beat(), options.beatMs).unref();
    options.redis.on('close', () => {
      this.#isInDoubt = true;
    });
  }

  /** Whether Redis has all entries of this node. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Whether answers of Redis may lack entries, until a beat has checked the lease. */
  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  /** Names of the nodes whose entries count. */
  get alive(): readonly string[] {
    return this.#alive;
  }

  /** Writes the entries of users who have changed, by topic. Failed writes need no retry: the next registration covers them. */
  async write(changes: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    if (!this.#isRegistered) return;
    const { redis, users } = this.#options;
    const name = this.#name;
    const writeTopic = ([topic, changed]: [string, ReadonlySet<string>]) =>
      writeChanges(redis, name, { topic, users: users.usersOf(topic), changed });
    try {
      await Promise.all([...changes].map(writeTopic));
    } catch (error) {
      this.#lose(error);
    }
  }

  /** Checks that Redis has all entries; if not, the next beat writes them again. */
  async check(): Promise<void> {
    const { redis, users, flush } = this.#options;
    flush();
    if (!(await hasAll(redis, this.#name, users))) this.#lose(new Error('Redis has lost entries of this node'));
  }

  /** Renews the lease and reads which other nodes have one; one beat at a time. */
  beat(): Promise<void> {
    this.#beating ??= this.#beatOnce()
      .catch((error: unknown) => this.#noteFault(error))
      .finally(() => {
        this.#beating = null;
      });
    return this.#beating;
  }

  /** Reads the leases again: another node has registered. */
  async readNodes(): Promise<void> {
    await this.#beating; // it may have read the leases before the other node registered
    await this.beat();
    this.#options.onNodesChanged();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  async #beatOnce(): Promise<void> {
    const { redis, onNodesChanged } = this.#options;
    if (this.#isClosed || redis.status !== 'ready') return;
    this.#beats += 1;
    if (this.#isRegistered && this.#beats % beatsPerCheck === 0) await this.check();
    const leases = this.#isRegistered ? await this.#requestLease('keep') : null;
    this.#isInDoubt = false;
    if (!leases?.isHeld) return this.#register();
    const known = this.#alive;
    this.#alive = leases.alive;
    if (!isSameSet(known, leases.alive)) onNodesChanged();
    for (const name of leases.expired) await sweep(redis, name);
  }

  /** Takes a new name and writes all entries under it; those under the old name count until that is done. */
  async #register(): Promise<void> {
    const { redis, users, onRegistered } = this.#options;
    const old = this.#name;
    this.#isRegistered = false;
    this.#isComplete = false;
    try {
      this.#name = newName();
      const { alive } = await this.#requestLease('take');
      this.#isRegistered = true;
      await writeAll(redis, this.#name, users);
      if (old) await endLease(redis, old);
      this.#alive = alive.filter((name) => name !== old);
      // If a write of changes failed meanwhile, `#lose` has ended the registration.
      this.#isComplete = this.#isRegistered;
      onRegistered();
    } catch (error) {
      this.#lose(error);
      throw error;
    }
  }

  #requestLease(how: 'take' | 'keep'): Promise<Leases> {
    const { redis, beatMs } = this.#options;
    return requestLease(redis, { name: this.#name, how, beatMs });
  }

  /**
   * Ends the registration, because it is unknown which entries Redis has. The next beat writes them all under another
   * name.
   */
  #lose(error: unknown): void {
    const { log } = this.#options;
    if (this.#isRegistered && !this.#isClosed) log.debug({ err: error }, 'presence: all entries are written again');
    this.#isRegistered = false;
    this.#isComplete = false;
  }

  #noteFault(error: unknown): void {
    const { redis, log } = this.#options;
    log.debug({ err: error }, 'presence: no beat');
    // A connection that does not answer may be half open.
    if (!this.#isClosed && (error as Error).message === 'Command timed out') reconnect(redis);
  }
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
