import type { Redis } from 'ioredis';
import type { Presences } from './store.ts';

/** Returns the number of users of a topic on several nodes, and up to ARGV[1] of them. */
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

/** Returns the key of a topic's users on one node. All keys of a topic are in one slot of a cluster. */
export function usersKey(topic: string, node: string): string {
  return `parley:presence:{${topic}}:${node}`;
}

/** Returns the number of a topic's users on these nodes, and at most `limit` of them; `limit` may be up to 5,000. */
export async function presentIn(
  redis: Redis,
  { topic, nodes, limit }: { topic: string; nodes: readonly string[]; limit: number },
): Promise<Presences> {
  const keys = nodes.map((node) => usersKey(topic, node));
  const answer = await redis.eval(presentScript, keys.length, ...keys, limit);
  const [count, userIds] = answer as [number, string[]];
  return { count, userIds };
}

/** Returns for each of the users whether they are in the topic on any of these nodes. */
export async function arePresentIn(
  redis: Redis,
  { topic, nodes, userIds }: { topic: string; nodes: readonly string[]; userIds: readonly string[] },
): Promise<boolean[]> {
  const answers = await Promise.all(nodes.map((node) => redis.smismember(usersKey(topic, node), ...userIds)));
  return userIds.map((_, index) => answers.some((answer) => answer[index] === 1));
}
