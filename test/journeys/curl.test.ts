import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Person, people } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const testWithCurl = spawnSync('curl', ['--version']).status === 0 ? test : test.skip;

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
});
afterAll(async () => {
  await ada.close();
  await server.close();
});

/** `curl -N` on a subscription, with what it has printed so far. */
function curl(query: string, variables: object, ...more: string[]): { child: ChildProcess; printed: () => string } {
  const headers = [
    ...more,
    'accept: text/event-stream',
    'content-type: application/json',
    `authorization: Bearer ${ada.token}`,
  ].flatMap((header) => ['-H', header]);
  const child = spawn('curl', ['-sN', server.url, ...headers, '-d', JSON.stringify({ query, variables })]);
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  return { child, printed: () => printed };
}

const query = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status cursor events { ... on MessageAddedEvent { message { text } } } }
}`;

testWithCurl('curl follows a room, resumes where it was killed, and leaves nothing behind', async () => {
  const roomId = await makeGroup(ada, 'Terminal');
  const first = curl(query, { roomId });
  await until(() => first.printed().includes('"status":"LIVE"'));

  await say(ada, roomId, 'One');
  await until(() => first.printed().includes('"text":"One"'));
  first.child.kill('SIGKILL');
  await server.untilDeserted(roomId);

  const cursors = [...first.printed().matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor]) => cursor);
  await say(ada, roomId, 'Two');
  const second = curl(query, { roomId, after: cursors.at(-1) });
  await until(() => second.printed().includes('"text":"Two"'));
  expect(second.printed()).not.toContain('"text":"One"');
  second.child.kill();
});

testWithCurl('curl resumes by the id of the last event, as a browser does by itself', async () => {
  const roomId = await makeGroup(ada, 'Browser');
  const plain = 'subscription ($roomId: ID!) { messageAdded(roomId: $roomId) { message { text } } }';
  const first = curl(plain, { roomId });
  await server.untilFollowed(roomId);
  await say(ada, roomId, 'One');
  const whole = /"text":"One".*\nid: (\S+)\n\n/;
  await until(() => whole.test(first.printed()));
  first.child.kill();
  await server.untilDeserted(roomId);
  await say(ada, roomId, 'Two');

  const [, id] = whole.exec(first.printed())!;
  const second = curl(plain, { roomId }, `last-event-id: ${id}`);
  await until(() => second.printed().includes('"text":"Two"'));

  expect(second.printed()).not.toContain('"text":"One"');
  second.child.kill();
});
