import { randomBytes } from 'node:crypto';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Cluster, type Redis } from 'ioredis';
import type { Logger } from 'pino';
import { Subscribers } from '../base/subscribers.ts';
import { type Bus, Listeners, type Unsubscribe } from './bus.ts';
import { openRedis } from './redis-client.ts';
import { ClusterSubscriber } from './redis-cluster.ts';
import { RedisLink, type Subscriber, usualBeatMs } from './redis-link.ts';
import { RedisPublisher } from './redis-publisher.ts';

export interface RedisBusOptions {
  /** `redis://…` or `rediss://…`; several, separated by commas, for nodes of a cluster. */
  url: string;
  /** Turns a message into text; `decode` does the reverse. */
  encode: (message: unknown) => string;
  decode: (text: string) => unknown;
  log: Logger;
  /** The time between two probes of the connection; 2 s unless given. */
  beatMs?: number;
}

/** The event of ioredis with which `RedisPubSub` receives messages as bytes; the bus decodes them. */
const messageEvent = 'messageBuffer';
const channelPrefix = 'parley:';
/** On this topic, a node announces that it could not publish some messages. */
const lossTopic = 'loss';

/**
 * The bus of several nodes, over Redis. A node's own messages reach its listeners directly. They carry the node's id, so
 * that the node ignores them when Redis sends them back.
 */
export class RedisBus implements Bus {
  readonly #options: RedisBusOptions;
  /** Sixteen characters at the start of every message on Redis. */
  readonly #nodeId = randomBytes(12).toString('base64url');
  readonly #listeners: Listeners;
  /** The id that `RedisPubSub` gave each topic with listeners. */
  readonly #subscriptions = new Map<string, Promise<number>>();
  readonly #watchers: Subscribers<(isConnected: boolean) => void>;
  readonly #publisher: RedisPublisher;
  readonly #subscriber: Subscriber;
  readonly #pubsub: RedisPubSub;
  #onMessage: (channel: Buffer, message: Buffer) => void = () => {};
  /** Whether messages of this node were lost since the last probe that Redis accepted. */
  #hasLost = false;
  #lastError: Error | null = null;
  #isConnected = false;
  #closing: Promise<unknown> | null = null;

  constructor(options: RedisBusOptions) {
    const { url, log, beatMs = usualBeatMs } = options;
    this.#options = options;
    const onError = (error: unknown) => log.error({ err: error }, 'a listener of the bus failed');
    this.#listeners = new Listeners(onError);
    this.#watchers = new Subscribers(onError);
    const client = openRedis(url);
    client.on('ready', () => void this.#subscriber.probe()).on('error', (error: Error) => this.#noteError(error));
    this.#publisher = new RedisPublisher(client);
    const listening = {
      url: url.split(',')[0]!.trim(),
      probeChannel: `${channelPrefix}probe:${this.#nodeId}`,
      beatMs,
      probe: (channel: string) => this.#probe(channel),
      onSilence: () => this.#publisher.reconnect(),
      onMessage: (channel: Buffer, message: Buffer) => this.#onMessage(channel, message),
      onChange: (isUp: boolean) => this.#changed(isUp),
      onError: (error: Error) => this.#noteError(error),
    };
    this.#subscriber =
      client instanceof Cluster ? new ClusterSubscriber({ ...listening, cluster: client }) : new RedisLink(listening);
    this.#pubsub = this.#openPubSub();
    void this.subscribe(lossTopic, () => this.#isConnected && this.#notify(true));
  }

  publish(topic: string, message: unknown): void {
    queueMicrotask(() => this.#listeners.call(topic, message));
    void this.#send(topic, message);
  }

  async subscribe(topic: string, listener: (message: never) => void): Promise<Unsubscribe> {
    const remove = this.#listeners.add(topic, listener);
    const subscription =
      this.#subscriptions.get(topic) ??
      this.#pubsub.subscribe(channelPrefix + topic, (bytes: Buffer) => this.#receive(topic, bytes));
    this.#subscriptions.set(topic, subscription);
    await subscription;
    return () => {
      remove();
      if (!this.#listeners.has(topic)) void this.#unsubscribe(topic);
    };
  }

  watch(listener: (isConnected: boolean) => void): void {
    this.#watchers.add(listener);
    if (!this.#isConnected) listener(false);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#closing ??= Promise.all([this.#publisher.close(), this.#subscriber.close()]);
    await this.#closing;
  }

  /**
   * Opens graphql-redis-subscriptions, which keeps the listeners of each channel. It gets two stand-ins for ioredis clients,
   * which have only the methods that version 2.7 of the library calls. Hence the casts.
   *
   * With real clients, the library would lose messages: it does not wait for SUBSCRIBE and does not notice reconnections.
   * It would also end the process: it does not catch rejected promises of UNSUBSCRIBE. And it cannot use sharded channels.
   * Behind the stand-ins, `RedisLink` and `ClusterSubscriber` solve all of these.
   */
  #openPubSub(): RedisPubSub {
    const subscriber = {
      on: (event: string, listener: (channel: Buffer, message: Buffer) => void) => {
        if (event === messageEvent) this.#onMessage = listener;
      },
      subscribe: (channel: string, done: (error: null) => void) =>
        void this.#subscriber.subscribe(channel).then(() => done(null)),
      unsubscribe: (channel: string) => this.#subscriber.unsubscribe(channel),
      // With each channel, the library also unsubscribes from a pattern, although it never subscribed to one.
      punsubscribe: () => {},
    };
    return new RedisPubSub({
      subscriber: subscriber as unknown as Redis,
      publisher: this.#publisher as unknown as Redis,
      messageEventName: messageEvent,
      serializer: (text: string) => text,
    });
  }

  async #unsubscribe(topic: string): Promise<void> {
    const subscription = this.#subscriptions.get(topic);
    this.#subscriptions.delete(topic);
    if (subscription) this.#pubsub.unsubscribe(await subscription);
  }

  async #send(topic: string, message: unknown): Promise<void> {
    try {
      await this.#pubsub.publish(channelPrefix + topic, this.#nodeId + this.#options.encode(message));
    } catch (error) {
      this.#hasLost = true;
      this.#noteError(error as Error);
    }
  }

  #receive(topic: string, bytes: Buffer): void {
    const idLength = this.#nodeId.length;
    if (bytes.toString('latin1', 0, idLength) === this.#nodeId) return;
    let message: unknown;
    try {
      message = this.#options.decode(bytes.toString('utf8', idLength));
    } catch (error) {
      this.#options.log.warn({ err: error, topic }, 'received an unreadable publication from Redis');
      return;
    }
    this.#listeners.call(topic, message);
  }

  /** Publishes a probe. If Redis accepts it after a loss, the other nodes learn that messages of this node were lost. */
  async #probe(channel: string): Promise<void> {
    await this.#publisher.publish(channel, '');
    if (!this.#hasLost) return;
    this.#hasLost = false;
    await this.#send(lossTopic, null);
  }

  #noteError(error: Error): void {
    this.#lastError = error;
    this.#options.log.debug({ err: error }, 'Redis');
  }

  #changed(isUp: boolean): void {
    const { log } = this.#options;
    // There is no error if Redis has closed the connection cleanly.
    const cause = this.#lastError ? { err: this.#lastError } : {};
    if (isUp) log.info('connected to Redis');
    else if (!this.#closing) log.warn(cause, 'Redis is unavailable; continuing with the database');
    this.#lastError = null;
    if (isUp || this.#isConnected) this.#notify(isUp);
  }

  #notify(isConnected: boolean): void {
    this.#isConnected = isConnected;
    if (!this.#closing) this.#watchers.publish((watcher) => watcher(isConnected));
  }
}
