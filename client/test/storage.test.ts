import 'fake-indexeddb/auto';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Random } from '../../test/support/random.ts';
import { roomOf, textsIn } from '../../test/support/rooms.ts';
import { seeds } from '../../test/support/seeds.ts';
import { withServer } from '../../test/support/with-server.ts';
import type { Storage } from '../src/api.ts';
import { fileStorage } from '../src/node.ts';
import { memoryStorage } from '../src/outbox/memory-storage.ts';
import { indexedDbStorage } from '../src/storage.ts';
import { chatter, when } from './support/chatter.ts';

const { ada } = await withServer('Ada');
const folder = mkdtempSync(join(tmpdir(), 'parley-client-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const storages: [string, () => Storage][] = [
  ['memory', memoryStorage],
  ['files', () => fileStorage(join(folder, 'contract'))],
  ['IndexedDB', () => indexedDbStorage('contract')],
];

describe.each(storages)('a storage in %s', (_, open) => {
  test('keeps the rows of each scope apart, replaces, deletes and clears them', async () => {
    const storage = open();
    for (const row of [
      { id: 'a', n: 1 },
      { id: 'b/../ü', n: 2 },
      { id: 'a', n: 3 },
    ])
      await storage.put('one', row);
    await storage.put('one two', { id: 'a', n: 4 });
    const ids = async (scope: string) => (await storage.load(scope)).map(({ id, n }) => `${id} ${String(n)}`).sort();

    expect(await ids('one')).toEqual(['a 3', 'b/../ü 2']);
    for (let time = 0; time < 2; time++) await storage.delete('one', 'a');
    expect(await ids('one')).toEqual(['b/../ü 2']);
    await storage.clear('one');

    expect(await ids('one')).toEqual([]);
    expect(await ids('one two')).toEqual(['a 4']);
  });
});

test('a file that is broken does not hide the others', async () => {
  const storage = fileStorage(join(folder, 'broken'));
  for (const id of ['a', 'b']) await storage.put('one', { id });
  const scope = readdirSync(join(folder, 'broken')).find((name) => !name.startsWith('process-'));
  const [file] = readdirSync(join(folder, 'broken', scope!));
  writeFileSync(join(folder, 'broken', scope!, file!), '{"id":');

  expect((await storage.load('one')).map(({ id }) => id)).toContain('a');
});

/** Starts a process that sends messages, and reports each that `send` has taken. */
function startSender(environment: Record<'ROOM' | 'NAME' | 'FOLDER' | 'TOKEN', string>): ChildProcess {
  return fork(new URL('./support/sender.ts', import.meta.url), {
    env: { ...process.env, ...environment, URL: ada.url, NODE_OPTIONS: '' },
    execArgv: ['--import', 'tsx', '--conditions', 'parley-source'],
  });
}

test('a folder is refused while another process uses it, and taken over when that was killed', async () => {
  const FOLDER = join(folder, 'shared');
  const child = startSender({ ROOM: 'r', NAME: 'other', FOLDER, TOKEN: '' });
  await once(child, 'message');
  expect(() => fileStorage(FOLDER)).toThrow(`in use by process ${child.pid}. Stop it, or use another folder.`);

  child.kill('SIGKILL');
  await once(child, 'exit');

  for (const _ of ['once', 'and again']) await fileStorage(FOLDER).put('scope', { id: 'a' });
  expect(readdirSync(FOLDER).filter((name) => name.startsWith('process-'))).toHaveLength(1);
});

test('a folder is taken over from a killed process whose number another one has now', async () => {
  const FOLDER = join(folder, 'reused');
  mkdirSync(FOLDER);
  writeFileSync(join(FOLDER, `process-${process.ppid}-1`), '');

  expect(await fileStorage(FOLDER).load('scope')).toEqual([]);
});

/** Kills a process after it has sent some messages, and returns the texts that `send` has taken. */
async function killed(child: ChildProcess, acceptedAtLeast: number, afterMs: number): Promise<string[]> {
  const accepted: string[] = [];
  child.on('message', (text: string) => {
    accepted.push(text);
    if (accepted.length === acceptedAtLeast) setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  await once(child, 'exit');
  return accepted;
}

/** Sends what killed processes have left, and returns the texts that the room has then. */
async function sentAfterwards(roomId: string, storage: Storage) {
  const { parley } = chatter(ada, { storage });
  parley.connect();
  await when(parley.session, ({ status }) => status === 'signed-in');
  await parley.room(roomId).send('last').done;
  parley.dispose();
  return (await textsIn(roomId, ada)).filter((text) => text?.startsWith('run'));
}

test.each([
  ['online', ada.token],
  ['offline, and never connects', ''],
])('of a process that is killed %s, every message that was accepted is sent once and in order', async (how, TOKEN) => {
  const roomId = await roomOf(ada);
  const FOLDER = join(folder, how);
  const accepted: string[] = [];

  for (const seed of seeds({ few: 2, many: 50 })) {
    const random = new Random(seed);
    const environment = { ROOM: roomId, NAME: `run${seed}`, FOLDER, TOKEN };
    // The first one is stored when the storage has said who was signed in last.
    accepted.push(...(await killed(startSender(environment), 2 + random.below(30), random.below(10))));
  }
  const stored = await sentAfterwards(roomId, fileStorage(FOLDER));

  expect(new Set(stored).size).toBe(stored.length);
  expect(stored.filter((text) => accepted.includes(text ?? ''))).toEqual(accepted);
});
