import type { Redis } from 'ioredis';
import type { Presences } from './store.ts';

/** Users of a place by way of several nodes: how many, and up to ARGV[1] of them. */
const presentScript = `
  local keys, count = {}, 0
  for _, key in ipairs(KEYS) do
    local size = redis.call('SCARD', key)
    if size > 0 then
      keys[#keys + 1] = key
      count = count + size
    end
  end
  local limit = tonumber(ARGV[1])
  if #keys == 0 then return {0, {}} end
  if #keys == 1 then return {count, redis.call('SRANDMEMBER', keys[1], limit)} end
  local users = redis.call('SUNION', unpack(keys))
  return {#users, {unpack(users, 1, math.min(limit, #users))}}`;

/** Who is in the place by way of the node of that name. All of a place is in one slot of a cluster. */
export function usersKey(place: string, name: string): string {
  return `parley:presence:{${place}}:${name}`;
}

/** Who is in the place by way of the nodes of these names: how many, and some of them; at most 5,000. */
export async function presentIn(
  redis: Redis,
  { place, names, limit }: { place: string; names: readonly string[]; limit: number },
): Promise<Presences> {
  const keys = names.map((name) => usersKey(place, name));
  const answer = await redis.eval(presentScript, keys.length, ...keys, limit);
  const [count, userIds] = answer as [number, string[]];
  return { count, userIds };
}

/** Whether each of the users is in the place by way of any of the nodes of these names. */
export async function arePresentIn(
  redis: Redis,
  { place, names, userIds }: { place: string; names: readonly string[]; userIds: readonly string[] },
): Promise<boolean[]> {
  const answers = await Promise.all(names.map((name) => redis.smismember(usersKey(place, name), ...userIds)));
  return userIds.map((_, index) => answers.some((answer) => answer[index] === 1));
}
