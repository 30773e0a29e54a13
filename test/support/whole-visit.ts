import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, parse } from 'graphql';
import pg from 'pg';
import { schema } from '../../src/schema.ts';
import { connectionTo } from '../../src/storage/connection.ts';
import {
  NotificationsDocument,
  UpdateRoomDocument,
  UserPresenceDocument,
  UsersDocument,
} from '../generated/graphql.ts';
import { everyFieldOf, memberTypes } from './every-field.ts';
import { edit, react, remove, unreact } from './messages.ts';
import { type Person, people } from './person.ts';
import { read } from './reading.ts';
import { done, join, leave, makeGroup, makeRoom, say } from './rooms.ts';
import { until } from './until.ts';

interface Frame {
  status: string;
  cursor: string;
  positionAfter: number;
  events: object[];
}
type Live = TypedDocumentNode<{ roomEvents: Frame }, { roomId: string; after?: string }>;
type Everything = TypedDocumentNode<Record<string, unknown>, { id: string }>;

const types = memberTypes(schema, 'RoomEvent');
const selections = types.map(
  (name) => `... on ${name} { ${everyFieldOf(schema, name, { but: ['room', 'presence'], levels: 3 })} }`,
);
const live = parse(`subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status cursor positionAfter events { ${selections.join(' ')} } }
}`) as DocumentNode as Live;
const everything = parse(`query ($id: ID!) {
  viewer { session { ${everyFieldOf(schema, 'Session')} } sessions { ${everyFieldOf(schema, 'Session')} } }
  room(id: $id) {
    ${everyFieldOf(schema, 'Room', { but: ['messages', 'members', 'presence', 'typingUsers'], levels: 2 })}
    messages(last: 3) { edges { cursor node { ${everyFieldOf(schema, 'Message', { but: ['room', 'presence'], levels: 2 })} } } }
    members(first: 10) { nodes { ${everyFieldOf(schema, 'RoomMembership', { but: ['room'], levels: 3 })} } }
  }
}`) as DocumentNode as Everything;

/** Lets two users use every part of a server, and returns everything that they received. */
export async function visit(url: string) {
  const { ada, grace } = await people(url, 'Ada', 'Grace');
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', slug: 'tea', name: 'Tea', topic: 'NULL' });
  const heard = listen(ada, roomId);
  await until(() => heard.frames.length === 1);
  const { cursor, positionAfter } = heard.frames[0]!;

  const sent = await talk(ada, grace, { roomId, heard });
  await until(() => JSON.stringify(heard.events().at(-1) ?? {}).includes(lastWords));
  const events = heard.events();

  const again = listen(grace, roomId, cursor);
  await until(() => again.events().length === events.length);
  const replayed = again.events();

  const groupId = await makeGroup(grace, 'Two', [ada]);
  for (const text of ['one', 'two', 'three']) await say(grace, groupId, text);
  await untilActive(ada, grace);
  const told = {
    sent,
    events,
    replayed,
    positionAfter,
    state: await ada.ask(everything, { id: roomId }),
    found: await ada.ask(UsersDocument, { first: 10, query: 'GRA' }),
    read: await read(ada, groupId, 3),
    notifications: await notificationsOf(ada),
    presence: await presenceOf(ada, grace),
  };
  // Both stay connected until their presence is read: how long they are online afterwards depends on the clock.
  await Promise.all([heard.hangUp(), again.hangUp()]);
  await Promise.all([ada.close(), grace.close()]);
  return told;
}

const lastWords = 'That is all.';

/** Makes every kind of change, each after the events of the one before were heard: they show messages as they are now. */
async function talk(ada: Person, grace: Person, { roomId, heard }: Heard): Promise<object[]> {
  const settled = async <Result>(change: Promise<Result>): Promise<Result> => {
    const before = heard.events().length;
    const result = await change;
    await until(() => heard.events().length > before);
    return result;
  };
  done(await settled(join(grace, roomId)));
  const first = await settled(say(grace, roomId, `C:\\new 'quoted' "é" – ${'\u{1F375}'}`, { clientMessageId: 'NULL' }));
  const second = await settled(say(ada, roomId, 'NULL', { clientMessageId: 'second', replyToId: first.id }));
  const edited = done(await settled(edit(grace, first.id, '\\x4142 \\101')));
  done(await settled(react(ada, first.id, '👍')));
  done(await settled(react(grace, first.id, '🎉')));
  done(await settled(unreact(ada, first.id, '👍')));
  done(await settled(remove(ada, second.id)));
  await settled(ada.ask(UpdateRoomDocument, { input: { roomId, topic: 'Green' } }));
  done(await settled(leave(grace, roomId)));
  await say(ada, roomId, lastWords, { clientMessageId: 'last' });
  return [first, second, edited];
}

interface Heard {
  roomId: string;
  heard: ReturnType<typeof listen>;
}

function listen(person: Person, roomId: string, after?: string) {
  const frames: Frame[] = [];
  const results = person.follow(live, { roomId, after });
  void (async () => {
    for await (const { data, errors } of results) {
      if (errors) throw errors[0];
      frames.push(data!.roomEvents);
    }
  })();
  return { frames, events: () => frames.flatMap((frame) => frame.events), hangUp: () => results.return?.() };
}

/** Returns pages of one notification each, because the cursors between them contain times. */
async function notificationsOf(person: Person): Promise<unknown[]> {
  const pages = [];
  for (let after: string | undefined; ; ) {
    const { viewer } = await person.ask(NotificationsDocument, { first: 1, after });
    const { nodes, pageInfo } = viewer!.notifications;
    pages.push(nodes);
    if (!pageInfo.hasNextPage) return pages;
    after = pageInfo.endCursor ?? undefined;
  }
}

/** Waits until the last activity of all users is stored. */
async function untilActive(...people: Person[]): Promise<void> {
  for (const person of people) await until(async () => (await presenceOf(person, person)).lastActiveAt !== null);
}

async function presenceOf(reader: Person, { id }: Person) {
  return (await reader.ask(UserPresenceDocument, { id })).user!.presence;
}

/** Returns the values of all columns with times, in ms since 1970 as PostgreSQL computes them. */
export async function storedTimes(databaseUrl: string): Promise<Record<string, Date[]>> {
  const client = new pg.Client(connectionTo(databaseUrl));
  await client.connect();
  try {
    const { rows: columns } = await client.query(`
      SELECT table_name AS table, column_name AS column FROM information_schema.columns
      WHERE data_type LIKE 'timestamp%' AND table_schema = current_schema() AND table_name ~ '^[A-Z]' ORDER BY 1, 2`);
    const times: Record<string, Date[]> = {};
    for (const { table, column } of columns) {
      const { rows } = await client.query(`SELECT extract(epoch FROM "${column}") * 1000 AS ms FROM "${table}"`);
      times[`${table}.${column}`] = rows.filter(({ ms }) => ms !== null).map(({ ms }) => new Date(Number(ms)));
    }
    return times;
  } finally {
    await client.end();
  }
}

/** Returns the ids of objects whose time of creation differs between live, replayed and historical results. */
export function createdTwice(told: unknown): string[] {
  const times = new Map<string, Set<string>>();
  JSON.stringify(told, (_key, value: { id?: string; createdAt?: string } | null) => {
    if (value?.id && value.createdAt) times.set(value.id, (times.get(value.id) ?? new Set()).add(value.createdAt));
    return value;
  });
  return [...times].filter(([, its]) => its.size > 1).map(([id]) => id);
}

const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const halfAnHourMs = 1_800_000;
const guestMs = 180 * 24 * 3600 * 1000;

/**
 * Returns what a visit received without what differs between visits: ids become numbers, and times become their
 * distance from `now`.
 */
export function comparable(told: unknown, now = Date.now()): unknown {
  const numbers = new Map<unknown, number>();
  const text = JSON.stringify(told, (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (instant.test(value)) return nameOf(Date.parse(value) - now);
    if (!/(^id|Id|[cC]ursor|username)$/.test(key) || key === 'clientMessageId') return value;
    numbers.set(value, numbers.get(value) ?? numbers.size);
    return `#${numbers.get(value)}`;
  });
  return JSON.parse(text);
}

/** Returns a name for a time. A wrong time zone would shift it by at least half an hour. */
function nameOf(distanceMs: number): string {
  if (Math.abs(distanceMs) < halfAnHourMs) return 'now';
  return Math.abs(distanceMs - guestMs) < halfAnHourMs ? 'in 180 days' : `${distanceMs} ms from now`;
}
