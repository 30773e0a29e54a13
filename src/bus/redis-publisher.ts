import { type Cluster, Redis } from 'ioredis';
import { disconnect, reconnect } from './redis-connection.ts';

/** How many messages may wait for an answer of Redis: about 5 MB if they are short. Further messages are lost. */
const maxUnderWay = 10_000;
/** How long to wait for answers when closing. */
const closeMs = 500;

/** Publishes on channels of Redis, or on sharded channels of a cluster. */
export class RedisPublisher {
  readonly #redis: Redis | Cluster;
  #underWay = 0;
  #onIdle = () => {};

  constructor(redis: Redis | Cluster) {
    this.#redis = redis;
  }

  /** Resolves when Redis has accepted the message; rejects at once while it is not connected. */
  async publish(channel: string, text: string): Promise<void> {
    const redis = this.#redis;
    if (redis.status !== 'ready' || this.#underWay === maxUnderWay) throw new Error('Redis is not ready');
    this.#underWay += 1;
    try {
      await (redis instanceof Redis ? redis.publish(channel, text) : redis.spublish(channel, text));
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#onIdle();
    }
  }

  /** Opens its connections again, because what it publishes does not arrive. */
  reconnect(): void {
    reconnect(this.#redis);
  }

  /** Waits a moment for the messages that are under way. */
  async close(): Promise<void> {
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
        setTimeout(resolve, closeMs).unref();
      });
    }
    await disconnect(this.#redis);
  }
}
