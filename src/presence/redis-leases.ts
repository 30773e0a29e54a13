import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { unsayAll } from './redis-said.ts';

/** In beats: how long what a node said counts after its last one, and how long after that it is swept away. */
const leaseBeats = 3;
const sweepAfterBeats = 2;
/** For how long nobody else sweeps after the same node. */
const sweepingMs = 10_000;

/** Of every node's present name, with when its lease ends, by the clock of Redis. */
const leasesKey = 'parley:presence:leases';

/**
 * Takes a lease (ARGV: name, ms, `take`), or prolongs one that has not run out (`keep`). Answers whether the name has one,
 * with all names that have, and those that are to be swept away.
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

/** Ends a lease, of which Redis may know nothing any more, so that what was said under it is swept away. */
const endScript = `
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), ARGV[1])`;

export interface Leases {
  /** Whether the name that was asked for has a lease. */
  isHeld: boolean;
  /** Names that have one. */
  alive: string[];
  /** Names whose lease ran out some time ago. */
  lapsed: string[];
}

/** A name for a node that no node had before. */
export function newName(): string {
  return randomBytes(9).toString('base64url');
}

interface Asking {
  name: string;
  how: 'take' | 'keep';
  /** How often the node asks. */
  beatMs: number;
}

/** Takes a lease, or prolongs the one that is held and has not run out. */
export async function askForLease(redis: Redis, { name, how, beatMs }: Asking): Promise<Leases> {
  const times = [leaseBeats * beatMs, how, sweepAfterBeats * beatMs];
  const answer = await redis.eval(leaseScript, 1, leasesKey, name, ...times);
  const [holds, alive, lapsed] = answer as [number, string[], string[]];
  return { isHeld: holds === 1, alive, lapsed };
}

export async function endLease(redis: Redis, name: string): Promise<void> {
  await redis.eval(endScript, 1, leasesKey, name);
}

/** Removes all that was said under a name that has no lease any more, unless another node is at it. */
export async function sweep(redis: Redis, name: string): Promise<void> {
  if (!(await redis.set(`parley:presence:sweeping:${name}`, 1, 'PX', sweepingMs, 'NX'))) return;
  await unsayAll(redis, name);
  await redis.zrem(leasesKey, name);
}
