import type { Redis } from 'ioredis';
import { usersKey } from './redis-users.ts';
import type { TopicUsers } from './topic-users.ts';

/** The most users in one command, and the most commands that wait for their answers, in `writeAll`. */
const usersAtOnce = 1000;
const commandsAtOnce = 200;
/** The most topics whose entries are removed together. */
const topicsAtOnce = 100;

/** Returns the key of the topics in which a node has users. */
function topicsKey(node: string): string {
  return `parley:presence:places:${node}`;
}

interface Changes {
  topic: string;
  /** The topic's users on this node. */
  users: ReadonlySet<string>;
  /** The users who have entered or left. */
  changed: ReadonlySet<string>;
}

/** Writes a node's changed entries of a topic. */
export async function writeChanges(redis: Redis, node: string, { topic, users, changed }: Changes): Promise<void> {
  const entered = [...changed].filter((userId) => users.has(userId));
  const left = [...changed].filter((userId) => !users.has(userId));
  const commands: Promise<unknown>[] = [];
  // Adds the topic before its users: if a topic is not listed, its entries are never removed.
  if (entered.length > 0 && entered.length === users.size) commands.push(redis.sadd(topicsKey(node), topic));
  if (entered.length > 0) commands.push(redis.sadd(usersKey(topic, node), ...entered));
  if (left.length > 0) commands.push(redis.srem(usersKey(topic, node), ...left));
  if (users.size === 0) commands.push(redis.srem(topicsKey(node), topic));
  await Promise.all(commands);
}

/** Writes all entries under a node's new name. Changes may be written at the same time. */
export async function writeAll(redis: Redis, node: string, all: TopicUsers): Promise<void> {
  let commands: Promise<unknown>[] = [];
  for (const topic of all.topics()) {
    const users = [...all.usersOf(topic)];
    if (users.length > 0) commands.push(redis.sadd(topicsKey(node), topic));
    while (users.length > 0) commands.push(redis.sadd(usersKey(topic, node), ...users.splice(0, usersAtOnce)));
    if (commands.length < commandsAtOnce) continue;
    await Promise.all(commands);
    commands = [];
  }
  await Promise.all(commands);
}

/** Removes all entries of a node. */
export async function removeAll(redis: Redis, node: string): Promise<void> {
  for (;;) {
    const topics = await redis.srandmember(topicsKey(node), topicsAtOnce);
    if (topics.length === 0) return;
    await Promise.all(topics.map((topic) => redis.unlink(usersKey(topic, node))));
    await redis.srem(topicsKey(node), ...topics);
  }
}

/** Returns whether Redis has as many entries of each topic as the node wrote: Redis may have evicted some. */
export async function hasAll(redis: Redis, node: string, all: TopicUsers): Promise<boolean> {
  const written = all.topics().map((topic) => ({ topic, size: all.usersOf(topic).size }));
  const kept = await Promise.all(written.map(({ topic }) => redis.scard(usersKey(topic, node))));
  return written.every(({ size }, index) => size === kept[index]);
}
