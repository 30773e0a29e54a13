import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LeaveRoomDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { ask, Person } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

// Two nodes that share a database and nothing else: not one publication of the first arrives at the second.
let one: TestServer;
let two: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  one = await startServer();
  two = await startServer({ databaseUrl: one.databaseUrl, compareMs: 200 });
  ada = await Person.signIn(one.url, 'Ada');
  grace = await Person.signIn(two.url, 'Grace');
});
afterAll(async () => {
  await grace.close();
  await two.close();
  await one.close();
});

test('a lost publication is found, the last one of a burst too, by comparing with the log', async () => {
  const room = await makeGroup(ada, 'Deaf', [grace]);
  const follower = await Follower.of(grace, room);
  const end = follower.position + 50;

  const sent = await Promise.all(Array.from({ length: 50 }, (_, number) => say(ada, room, `Message ${number}`)));
  await follower.untilAt(end);

  expect(follower.position).toBe(end);
  expect(new Set(follower.texts)).toEqual(new Set(sent.map(({ text }) => text)));
  follower.expectNothingMissed();
});

test('a reader whose leaving nobody told their node of hears nothing after it', async () => {
  const room = await makeGroup(ada, 'Gone', [grace]);
  const follower = await Follower.of(grace, room);

  await say(ada, room, 'For Grace');
  await ask(one.url, LeaveRoomDocument, { input: { roomId: room } }, grace.token);
  await say(ada, room, 'Not for Grace');
  await follower.ended;

  expect(follower.frames.at(-1)?.status).toBe('ENDED');
  expect(follower.texts).toContain('For Grace');
  expect(follower.texts).not.toContain('Not for Grace');
  follower.expectNothingMissed();
});
