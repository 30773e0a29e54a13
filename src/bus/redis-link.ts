import { Redis } from 'ioredis';
import { connectionOptions, disconnect, reconnect, retryMs } from './redis-connection.ts';

/** Subscribes to channels of Redis. */
export interface Subscriber {
  /** Resolves when Redis has confirmed it, or at once while the connection is lost: the next connection subscribes again. */
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): void;
  /** Publishes a probe now. A working link receives it over its subscription. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

export interface LinkOptions {
  url: string;
  /** A channel of this link alone. */
  probeChannel: string;
  /** Whether its channels are sharded channels of a cluster. */
  isSharded?: boolean;
  /** The time between two probes. A command that is not answered within this time has failed. */
  beatMs: number;
  /** Publishes a probe on this channel, over the same connection as messages. */
  probe: (channel: string) => Promise<unknown>;
  /** Called when probes do not arrive: the publishing connection may be the cause. */
  onSilence: () => void;
  onMessage: (channel: Buffer, message: Buffer) => void;
  /** Called each time the link goes up or down. The first call reports whether the first attempt succeeded. */
  onChange: (isUp: boolean) => void;
  /** Called when Redis answers that a channel has moved to another node. */
  onMoved?: () => void;
  onError: (error: Error) => void;
}

/** How often a link sends a probe by default. */
export const usualBeatMs = 2000;
/** How many probes in a row may be missing. By default, a link detects a half-open connection in 4 to 6 s. */
const tolerated = 2;
/** Channels in one SUBSCRIBE. */
const channelsAtOnce = 500;

/**
 * A connection that subscribes to channels of Redis. It is up while Redis has confirmed all channels and the probes arrive: at
 * every beat, the node publishes a probe and expects it back over this connection.
 */
export class RedisLink implements Subscriber {
  readonly #options: LinkOptions;
  readonly #redis: Redis;
  readonly #channels: Set<string>;
  readonly #timer: NodeJS.Timeout;
  #isSubscribed = false;
  /** Null until the first attempt has failed or succeeded. */
  #isUp: boolean | null = null;
  #attempts = 0;
  /** How many probes were sent since the last one arrived. */
  #missed = 0;

  constructor(options: LinkOptions) {
    const { url, probeChannel, isSharded, beatMs, onMessage, onMoved } = options;
    this.#options = options;
    this.#channels = new Set([probeChannel]);
    const probe = Buffer.from(probeChannel);
    // Counts attempts until the link is up. Being connected is not enough, because Redis may refuse the channels.
    const retryStrategy = () => retryMs(++this.#attempts);
    this.#redis = new Redis(url, { ...connectionOptions, retryStrategy, commandTimeout: beatMs })
      .on('ready', () => void this.#subscribeAll())
      .on('close', () => this.#lose())
      .on('error', (error) => this.#fail(error))
      .on('moved', () => onMoved?.())
      .on(isSharded ? 'smessageBuffer' : 'messageBuffer', (channel: Buffer, message: Buffer) => {
        if (channel.equals(probe)) this.#probeArrived();
        else onMessage(channel, message);
      });
    this.#timer = setInterval(() => this.#beat(), beatMs).unref();
  }

  get probeChannel(): string {
    return this.#options.probeChannel;
  }

  get isUp(): boolean {
    return this.#isUp === true;
  }

  async subscribe(channel: string): Promise<void> {
    this.#channels.add(channel);
    if (this.#redis.status === 'ready') await this.#subscribe([channel]);
  }

  unsubscribe(channel: string): void {
    this.#channels.delete(channel);
    // Without a connection there is no subscription to end.
    const { isSharded } = this.#options;
    (isSharded ? this.#redis.sunsubscribe(channel) : this.#redis.unsubscribe(channel)).catch(() => {});
  }

  async probe(): Promise<void> {
    if (!this.#isSubscribed) return;
    try {
      await this.#redis.ping();
      await this.#options.probe(this.probeChannel);
    } catch (error) {
      this.#options.onError(error as Error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await disconnect(this.#redis);
  }

  async #subscribeAll(): Promise<void> {
    this.#missed = 0;
    const channels = [...this.#channels];
    const commands: Promise<boolean>[] = [];
    // The sharded channels of one command would have to be in the same slot.
    const atOnce = this.#options.isSharded ? 1 : channelsAtOnce;
    while (channels.length > 0) commands.push(this.#subscribe(channels.splice(0, atOnce)));
    this.#isSubscribed = (await Promise.all(commands)).every((isConfirmed) => isConfirmed);
    await this.probe();
  }

  /** Returns whether Redis has confirmed the channels. If not, the connection is opened again. */
  async #subscribe(channels: string[]): Promise<boolean> {
    try {
      await (this.#options.isSharded ? this.#redis.ssubscribe(...channels) : this.#redis.subscribe(...channels));
      return true;
    } catch (error) {
      this.#fail(error as Error);
      return false;
    }
  }

  #fail(error: Error): void {
    this.#options.onError(error);
    // An error on an open connection is an error of the protocol: nothing that Redis sends after it is reliable.
    if (this.#redis.status === 'ready') reconnect(this.#redis);
  }

  #beat(): void {
    this.#missed += 1;
    if (this.#missed <= tolerated) return void this.probe();
    this.#missed = 0;
    reconnect(this.#redis);
    this.#options.onSilence();
  }

  #probeArrived(): void {
    this.#missed = 0;
    if (this.#isUp || !this.#isSubscribed) return;
    this.#isUp = true;
    this.#attempts = 0;
    this.#options.onChange(true);
  }

  #lose(): void {
    this.#isSubscribed = false;
    if (this.#isUp === false) return;
    this.#isUp = false;
    this.#options.onChange(false);
  }
}
