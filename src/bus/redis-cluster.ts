import { Cluster, type RedisOptions } from 'ioredis';
import { slotOf } from './cluster-key-slot.ts';
import { connectionOptions, retryMs } from './redis-connection.ts';
import { type LinkOptions, RedisLink, type Subscriber } from './redis-link.ts';

/** How often to ask which node serves which slots, if nothing else shows a change. */
const refreshMs = 5000;

/** Opens a client of the cluster of these nodes. It sends each command once, to the node that serves its key. */
export function openCluster(urls: string[], options: RedisOptions = {}): Cluster {
  const { retryStrategy: _ofTheCluster, enableOfflineQueue, ...redisOptions } = { ...connectionOptions, ...options };
  return new Cluster(urls, {
    redisOptions: { ...redisOptions, ...credentialsOf(urls) },
    enableAutoPipelining: options.enableAutoPipelining,
    clusterRetryStrategy: retryMs,
    enableOfflineQueue,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    maxRedirections: 3,
    slotsRefreshInterval: refreshMs,
  });
}

/**
 * Returns the credentials of the first node: the client finds the other nodes by itself, and they require the same
 * credentials.
 */
function credentialsOf([url = '']: string[]) {
  const { protocol, username, password } = new URL(url);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

type ClusterLinkOptions = Omit<LinkOptions, 'isSharded' | 'onMoved'> & { cluster: Cluster };

interface Listening {
  slot: number;
  link: RedisLink | undefined;
}

/**
 * Subscribes to sharded channels of a cluster, over a link to each node that serves slots. When slots move to another
 * node, their channels move too. The subscriber is up when all links are up.
 */
export class ClusterSubscriber implements Subscriber {
  readonly #options: ClusterLinkOptions;
  /** By `host:port`. */
  readonly #links = new Map<string, RedisLink>();
  readonly #channels = new Map<string, Listening>();
  #isUp: boolean | null = null;
  #isClosed = false;

  constructor(options: ClusterLinkOptions) {
    this.#options = options;
    options.cluster
      .on('refresh', () => void this.#followSlots())
      .on('close', () => {
        if (this.#links.size === 0) this.#goDown();
      });
  }

  async subscribe(channel: string): Promise<void> {
    const slot = slotOf(channel);
    const link = this.#linkOf(slot);
    this.#channels.set(channel, { slot, link });
    await link?.subscribe(channel);
  }

  unsubscribe(channel: string): void {
    this.#channels.get(channel)?.link?.unsubscribe(channel);
    this.#channels.delete(channel);
  }

  async probe(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.probe()));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  #ownerOf(slot: number): string | undefined {
    return this.#options.cluster.slots[slot]?.[0];
  }

  #linkOf(slot: number): RedisLink | undefined {
    return this.#links.get(this.#ownerOf(slot) ?? '');
  }

  /** Subscribes to each channel on the node that serves its slot now. */
  async #followSlots(): Promise<void> {
    if (this.#isClosed) return;
    const before = [...this.#links.values()];
    this.#updateLinks();
    const moves: Promise<void>[] = [];
    for (const [channel, listening] of this.#channels) {
      const link = this.#linkOf(listening.slot);
      if (link === listening.link) continue;
      listening.link?.unsubscribe(channel);
      listening.link = link;
      if (link) moves.push(link.subscribe(channel));
    }
    await Promise.all(moves);
    // Messages that were published while channels moved may have been missed.
    if (moves.length > 0 || before.some((link) => ![...this.#links.values()].includes(link))) this.#comeUp();
  }

  #updateLinks(): void {
    const owners = new Set(this.#options.cluster.slots.flatMap(([owner]) => owner ?? []));
    for (const [owner, link] of this.#links) {
      if (this.#ownerOf(slotOf(link.probeChannel)) === owner) continue;
      this.#links.delete(owner);
      void link.close();
    }
    for (const owner of owners) if (!this.#links.has(owner)) this.#links.set(owner, this.#open(owner));
  }

  #open(owner: string): RedisLink {
    const { cluster, ...options } = this.#options;
    const refresh = () => {
      if (!this.#isClosed) cluster.refreshSlotsCache();
    };
    return new RedisLink({
      ...options,
      url: addressOf(owner, options.url),
      probeChannel: this.#probeChannelAt(owner),
      isSharded: true,
      onChange: (isUp) => (isUp ? this.#comeUp() : this.#goDown()),
      onMoved: refresh,
      onError: (error) => {
        options.onError(error);
        refresh();
      },
    });
  }

  /** Returns the name of a channel in a slot of this node. */
  #probeChannelAt(owner: string): string {
    const { probeChannel } = this.#options;
    for (let number = 0; ; number += 1) {
      const name = `${probeChannel}:${number}`;
      if (this.#ownerOf(slotOf(name)) === owner) return name;
    }
  }

  #comeUp(): void {
    if (![...this.#links.values()].every(({ isUp }) => isUp)) return;
    this.#isUp = true;
    this.#options.onChange(true);
  }

  #goDown(): void {
    if (this.#isUp === false) return;
    this.#isUp = false;
    this.#options.onChange(false);
  }
}

/** Returns the URL of a node, given as `host:port` without the brackets of IPv6, with everything else as in `url`. */
export function addressOf(node: string, url: string): string {
  const address = new URL(url);
  const end = node.lastIndexOf(':');
  const host = node.slice(0, end);
  address.hostname = host.includes(':') ? `[${host}]` : host;
  address.port = node.slice(end + 1);
  return address.href;
}
