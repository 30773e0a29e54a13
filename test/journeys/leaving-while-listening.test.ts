import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RevokeSessionDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { Person, people } from '../support/person.ts';
import { add, join, leave, makeGroup, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let edsger: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, edsger } = await people(server.url, 'Ada', 'Grace', 'Edsger'));
});
afterAll(async () => {
  await Promise.all([ada.close(), grace.close(), edsger.close()]);
  await server.close();
});

test('leaving while listening: the leaver gets the event, then ENDED, and nothing numbered after it', async () => {
  const room = await makeGroup(ada, 'Goodbye', [grace, edsger]);
  const [leaver, stayer] = await Promise.all([Follower.of(grace, room), Follower.of(edsger, room)]);

  const talk = Promise.all(Array.from({ length: 40 }, (_, line) => say(ada, room, `Line ${line}`)));
  await leave(grace, room);
  await talk;
  await say(ada, room, 'The end');
  await leaver.ended;
  await stayer.untilHeard('The end');

  const left = leaver.frames.flatMap(({ events }) => events).at(-1);
  expect(left).toMatchObject({ __typename: 'MembershipChangedEvent', membership: { state: 'LEFT' } });
  expect(leaver.frames.at(-1)).toMatchObject({ status: 'ENDED', positionAfter: left!.eventNumber, events: [] });
  leaver.expectNothingMissed();
  stayer.expectNothingMissed();
});

test('who comes back after the end reads on, the goodbye included', async () => {
  const room = await makeRoom(ada, { kind: 'GROUP', name: 'Revolving door' }, [grace]);
  const follower = await Follower.of(grace, room);
  await leave(grace, room);
  await follower.ended;
  await expect(Follower.of(grace, room)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });

  await say(ada, room, 'While she is away');
  await add(ada, room, [grace]);
  follower.resume();
  await follower.untilHeard('Welcome to Revolving door, Grace!');

  expect(follower.texts).toContain('While she is away');
  await follower.hangUp();
});

test('who leaves a public channel may listen on', async () => {
  const room = await makeRoom(ada, { kind: 'CHANNEL', name: 'Open air' });
  await join(grace, room);
  const follower = await Follower.of(grace, room);

  await leave(grace, room);
  await say(ada, room, 'Anyone may hear this');

  await follower.untilHeard('Anyone may hear this');
  await follower.hangUp();
});

test('a revoked session’s subscriptions end with a word, its connection closes, another device goes on', async () => {
  const room = await makeGroup(ada, 'Devices', [grace]);
  const other = await Person.signIn(server.url, 'Grace at work');
  const phone = await RawSocket.ready(server.url, grace.token);
  await phone.ask(`subscription { roomEvents(roomId: "${room}") { status } }`);

  await grace.ask(RevokeSessionDocument, { input: { sessionId: grace.sessionId } });

  expect(await phone.next()).toMatchObject({ type: 'next', payload: { data: { roomEvents: { status: 'ENDED' } } } });
  expect(await phone.next()).toEqual({ type: 'complete', id: '1' });
  expect(await phone.next()).toMatchObject({ closed: 4403 });
  expect((await other.tryAsk('{ viewer { language } }')).errors).toBeUndefined();
  await other.close();
});
