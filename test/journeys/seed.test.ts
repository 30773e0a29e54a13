import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { HistoryDocument, RoomDocument, ViewerDocument } from '../generated/graphql.ts';
import { ask, Person, people } from '../support/person.ts';
import { build, type ParleyProcess, runParley, seedCommand } from '../support/process.ts';
import { makeRoom, roomCalled, say } from '../support/rooms.ts';

let dataDir: string;
let running: ParleyProcess[] = [];

beforeAll(build);
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-seed-'));
});
afterEach(async () => {
  for (const parley of running) await parley.end('SIGKILL');
  running = [];
  await rm(dataDir, { recursive: true, force: true, maxRetries: 100 });
});

/** Starts Parley and returns its port. */
async function start(environment: Record<string, string> = {}): Promise<string> {
  const parley = runParley({ DATA_DIR: dataDir, PORT: '0', ...environment });
  running.push(parley);
  return /GraphiQL\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(await parley.ready)![1]!;
}

async function seed(port: string): Promise<string> {
  const { code, output, errors } = await runParley({ DATA_DIR: dataDir, PORT: port }, seedCommand).exited;
  if (code !== 0) throw new Error(errors);
  return output;
}

async function loungeOn(port: string) {
  const url = `http://127.0.0.1:${port}/graphql`;
  const reader = await Person.signIn(url, 'Reader');
  const roomId = await roomCalled('lounge', reader);
  const { room } = await reader.ask(RoomDocument, { id: roomId });
  const { room: history } = await reader.ask(HistoryDocument, { roomId, first: 100 });
  const said = history!.messages.edges.map(({ node }) => node).filter(({ kind }) => kind === 'USER');
  return { room: room!, said };
}

test('adds users, messages, replies and private rooms to a running server, once', async () => {
  const port = await start();

  const first = await seed(port);
  const { room, said } = await loungeOn(port);
  const second = await seed(port);

  expect(room).toMatchObject({ kind: 'CHANNEL', name: 'Lounge', memberCount: 8 });
  expect(said).toHaveLength(59);
  expect(said.filter(({ replyTo }) => replyTo).length).toBeGreaterThan(10);
  expect(first).toContain('Lounge (CHANNEL): 59 messages sent, 0 already existed.');
  expect(second).toContain('Lounge (CHANNEL): 0 messages sent, 59 already existed.');
  expect((await loungeOn(port)).said).toEqual(said);

  const token = /"Bearer (\S+)"/.exec(first)![1]; // of one who was in all of them
  const { data } = await ask(`http://127.0.0.1:${port}/graphql`, ViewerDocument, {}, token);
  const kinds = data.viewer!.memberships.nodes.map(({ room: { kind } }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['CHANNEL', 'GROUP', 'DIRECT']));
  await expect(seed('1')).rejects.toThrow(/^Another process .* Or set HOST and PORT to where it listens\.$/m);
});

test('adds them to the data of a server that does not run, unless it has other data', async () => {
  const port = await start({ DATA_DIR: join(dataDir, 'other') });
  const output = await seed(port);

  const own = await start();

  expect(output).toContain(`GraphiQL is at http://127.0.0.1:${port}/graphql after npm start.`);
  expect((await loungeOn(own)).said).toHaveLength(59);
  await expect(loungeOn(port)).rejects.toThrow();
});

test('continues where an earlier run was interrupted', async () => {
  const port = await start();
  const { mina, kofi } = await people(`http://127.0.0.1:${port}/graphql`, 'Mina', 'Kofi');
  const roomId = await makeRoom(mina, { kind: 'CHANNEL', slug: 'lounge', name: 'Lounge' });
  await say(mina, roomId, 'Good morning, everybody! The kettle is on ☕');
  await say(kofi, roomId, 'Morning! I can smell it from here 👋🏿');

  const output = await seed(port);

  expect(output).toContain('Lounge (CHANNEL): 57 messages sent, 2 already existed.');
  expect((await loungeOn(port)).said).toHaveLength(59);
});
