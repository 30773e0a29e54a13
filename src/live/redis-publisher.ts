import { Redis } from 'ioredis';
import { connectionOptions, disconnect, reconnect } from './redis-connection.ts';

/** Publishes on channels of Redis. */
export interface Publisher {
  /** Resolves when Redis has taken it; rejects at once while it cannot. */
  publish(channel: string, text: string): Promise<unknown>;
  /** Opens its connection anew: what it sends does not arrive. */
  reconnect(): void;
  /** Waits for what is under way, a moment at most. */
  close(): Promise<void>;
}

interface PublisherOptions {
  onReady: () => void;
  onError: (error: Error) => void;
}

/** Publications that wait for Redis's answer, at most; about 5 MB of plain messages. Further ones are lost. */
const maxUnderWay = 10_000;
/** How long to wait for answers when closing. */
const closeMs = 500;

/** Publishes through one connection. */
export class RedisPublisher implements Publisher {
  readonly #redis: Redis;
  #underWay = 0;
  #onIdle = () => {};

  constructor(url: string, { onReady, onError }: PublisherOptions) {
    this.#redis = new Redis(url, connectionOptions).on('ready', onReady).on('error', onError);
  }

  async publish(channel: string, text: string): Promise<void> {
    if (this.#redis.status !== 'ready' || this.#underWay === maxUnderWay) throw new Error('Redis takes no publication');
    this.#underWay += 1;
    try {
      await this.#redis.publish(channel, text);
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#onIdle();
    }
  }

  reconnect(): void {
    reconnect(this.#redis);
  }

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
