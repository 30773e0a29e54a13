import type { Redis } from 'ioredis';
import type { Places } from './places.ts';
import { usersKey } from './redis-users.ts';

/** Users in one command, and commands that wait for their answers, when all is said again. */
const usersAtOnce = 1000;
const commandsAtOnce = 200;
/** Places that are swept away together. */
const placesAtOnce = 100;

/** In which places the node of that name has users. */
function placesKey(name: string): string {
  return `parley:presence:places:${name}`;
}

/** Says of a place, under the name of a node, which of these users are there and which are not. */
export async function say(
  redis: Redis,
  { place, name, users, changed }: { place: string; name: string; users: ReadonlySet<string>; changed: Set<string> },
): Promise<void> {
  const here = [...changed].filter((userId) => users.has(userId));
  const gone = [...changed].filter((userId) => !users.has(userId));
  const commands: Promise<unknown>[] = [];
  // The place is noted before its users: what is not noted is not swept away.
  if (here.length > 0 && here.length === users.size) commands.push(redis.sadd(placesKey(name), place));
  if (here.length > 0) commands.push(redis.sadd(usersKey(place, name), ...here));
  if (gone.length > 0) commands.push(redis.srem(usersKey(place, name), ...gone));
  if (users.size === 0) commands.push(redis.srem(placesKey(name), place));
  await Promise.all(commands);
}

/** Says who is where, under a name under which nothing was said before. Changes may be said meanwhile. */
export async function sayAll(redis: Redis, name: string, places: Places): Promise<void> {
  let commands: Promise<unknown>[] = [];
  for (const place of places.all()) {
    const users = [...places.usersIn(place)];
    if (users.length > 0) commands.push(redis.sadd(placesKey(name), place));
    while (users.length > 0) commands.push(redis.sadd(usersKey(place, name), ...users.splice(0, usersAtOnce)));
    if (commands.length < commandsAtOnce) continue;
    await Promise.all(commands);
    commands = [];
  }
  await Promise.all(commands);
}

/** Removes all that was said under a name. */
export async function unsayAll(redis: Redis, name: string): Promise<void> {
  for (;;) {
    const places = await redis.srandmember(placesKey(name), placesAtOnce);
    if (places.length === 0) return;
    await Promise.all(places.map((place) => redis.unlink(usersKey(place, name))));
    await redis.srem(placesKey(name), ...places);
  }
}

/** Whether Redis has as many users in each place as were said to be there: some may have been evicted. */
export async function hasAll(redis: Redis, name: string, places: Places): Promise<boolean> {
  const known = places.all().map((place) => ({ place, size: places.usersIn(place).size }));
  const kept = await Promise.all(known.map(({ place }) => redis.scard(usersKey(place, name))));
  return known.every(({ size }, index) => size === kept[index]);
}
