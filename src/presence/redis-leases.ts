import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { removeAll } from './redis-entries.ts';

/** How many beats a lease lasts. While it lasts, the node's entries count. */
const leaseBeats = 3;
/** How many beats after the end of a lease another node removes the entries. */
const sweepAfterBeats = 2;
/** How long a node may take to remove the entries of another node before a third node tries. */
const sweepingMs = 10_000;

/** A sorted set: the name of each node, with the time at which its lease ends by the clock of Redis. */
const leasesKey = 'parley:presence:leases';

/**
 * Takes a lease (ARGV: name, ms, `take`), or renews one that has not expired (`keep`). Returns whether the name has a
 * lease, all names that have one, and the names whose entries must be removed.
 */
const leaseScript = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local till = redis.call('ZSCORE', KEYS[1], ARGV[1])
  local holds = ARGV[3] == 'take' or (till and tonumber(till) > now)
  if holds then redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1]) end
  return {
    holds and 1 or 0,
    redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf'),
    redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[4])
  }`;

/** Ends a lease, so that the entries under its name are removed. Also works for a lease that Redis has lost. */
const endScript = `
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), ARGV[1])`;

export interface Leases {
  /** Whether the caller's name has a lease. */
  isHeld: boolean;
  /** Names that have a lease. */
  alive: string[];
  /** Names whose lease expired some time ago. */
  expired: string[];
}

/** Returns a name that no node has had before. */
export function newName(): string {
  return randomBytes(9).toString('base64url');
}

interface LeaseRequest {
  name: string;
  how: 'take' | 'keep';
  /** How often the node asks. */
  beatMs: number;
}

/** Takes a lease, or renews the one that is held and has not expired. */
export async function requestLease(redis: Redis, { name, how, beatMs }: LeaseRequest): Promise<Leases> {
  const times = [leaseBeats * beatMs, how, sweepAfterBeats * beatMs];
  const answer = await redis.eval(leaseScript, 1, leasesKey, name, ...times);
  const [holds, alive, expired] = answer as [number, string[], string[]];
  return { isHeld: holds === 1, alive, expired };
}

export async function endLease(redis: Redis, name: string): Promise<void> {
  await redis.eval(endScript, 1, leasesKey, name);
}

/** Removes the entries of a node whose lease has expired, unless another node is doing so. */
export async function sweep(redis: Redis, name: string): Promise<void> {
  if (!(await redis.set(`parley:presence:sweeping:${name}`, 1, 'PX', sweepingMs, 'NX'))) return;
  await removeAll(redis, name);
  await redis.zrem(leasesKey, name);
}
