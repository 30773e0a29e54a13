import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import { openRedis } from '../bus/redis-client.ts';
import { disconnect } from '../bus/redis-connection.ts';
import { usualBeatMs } from '../bus/redis-link.ts';
import { type Changes, PendingChanges } from './pending-changes.ts';
import { RedisNode } from './redis-node.ts';
import { arePresentIn, presentIn } from './redis-users.ts';
import type { PresenceStore, Presences } from './store.ts';
import { TopicUsers } from './topic-users.ts';
import { Watchers } from './watchers.ts';

interface RedisStoreOptions {
  /** The URL of Redis, the same as that of the bus. */
  url: string;
  bus: Bus;
  log: Logger;
  /** How often the lease is renewed and the leases of others are read; every 2 s unless given. */
  beatMs?: number;
}

/** A command that takes longer has failed. */
const answerMs = 2000;
/** Bus topic on which a node announces that it has written all its entries. */
const nodesTopic = 'presence-nodes';

/** The presence of several nodes, in Redis: a set of users for each topic and node. */
export class RedisPresenceStore implements PresenceStore {
  readonly #own = new TopicUsers();
  readonly #watchers: Watchers;
  readonly #redis: Redis;
  readonly #node: RedisNode;
  readonly #changes = new PendingChanges((changes) => void this.#write(changes));

  constructor({ url, bus, log, beatMs = usualBeatMs }: RedisStoreOptions) {
    this.#watchers = new Watchers(bus, (error) => log.error({ err: error }, 'a watcher of presence failed'));
    // Commands of one tick go together.
    this.#redis = openRedis(url, { commandTimeout: answerMs, enableAutoPipelining: true }) as Redis;
    this.#node = new RedisNode({
      redis: this.#redis,
      users: this.#own,
      log,
      beatMs,
      flush: () => this.#changes.flush(),
      onNodesChanged: () => this.#watchers.callAll(),
      onRegistered: () => bus.publish(nodesTopic, null),
    });
    this.#redis.on('ready', () => void this.#node.beat()).on('error', (error) => log.debug({ err: error }, 'Redis'));
    void bus.subscribe(nodesTopic, () => void this.#node.readNodes());
  }

  /** Whether Redis has all entries of this node; while it has not, the node answers from its own entries. */
  get isConnected(): boolean {
    return this.#node.isComplete;
  }

  enter(topic: string, userId: string): void {
    this.#own.add(topic, userId);
    this.#changes.add(topic, userId);
  }

  leave(topic: string, userId: string): void {
    this.#own.remove(topic, userId);
    this.#changes.add(topic, userId);
  }

  present(topic: string, limit: number): Promise<Presences> {
    return this.#ask(
      (nodes) => presentIn(this.#redis, { topic, nodes, limit }),
      () => this.#own.present(topic, limit),
    );
  }

  async arePresent(topic: string, userIds: readonly string[]): Promise<boolean[]> {
    if (userIds.length === 0) return [];
    return this.#ask(
      (nodes) => arePresentIn(this.#redis, { topic, nodes, userIds }),
      () => this.#own.arePresent(topic, userIds),
    );
  }

  watch(topic: string, onChange: () => void): Promise<Unsubscribe> {
    return this.#watchers.watch(topic, onChange);
  }

  announce(topic: string): void {
    this.#watchers.announce(topic);
  }

  /** Checks that Redis has all entries of this node; if not, they are written again. */
  check(): Promise<void> {
    return this.#node.check();
  }

  async close(): Promise<void> {
    this.#node.close();
    this.#changes.close();
    await disconnect(this.#redis);
  }

  /** Asks Redis about the nodes that are alive; while it cannot answer, this node's own entries count. */
  async #ask<Answer>(redis: (nodes: readonly string[]) => Promise<Answer>, own: () => Answer): Promise<Answer> {
    if (this.#node.isInDoubt) await this.#node.beat(); // Redis may have been restarted without its data
    if (!this.#node.isComplete || this.#node.isInDoubt) return own();
    this.#changes.flush();
    const answer = await redis(this.#node.alive).catch(own);
    return this.#node.isInDoubt ? own() : answer;
  }

  /** Writes changes, and announces them once Redis has them. */
  async #write(changes: Changes): Promise<void> {
    await this.#node.write(changes);
    for (const topic of changes.keys()) this.announce(topic);
  }
}
