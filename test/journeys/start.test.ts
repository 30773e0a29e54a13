import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { RoomsDocument } from '../generated/graphql.ts';
import { emptyDatabase, freshDatabase } from '../support/database.ts';
import { Person, people } from '../support/person.ts';
import { isRunning, query, serverPid } from '../support/postgres-process.ts';
import { build, type ParleyProcess, runParley } from '../support/process.ts';
import { roomCalled, say, textsIn } from '../support/rooms.ts';

let dataDir: string;
let running: ParleyProcess[] = [];

beforeAll(build);
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-start-'));
});
afterEach(async () => {
  for (const parley of running) await parley.end('SIGKILL');
  running = [];
  await rm(dataDir, { recursive: true, force: true, maxRetries: 100 }); // a killed process may not have ended yet
});

function run(environment: Record<string, string> = {}, command?: string[]): ParleyProcess {
  const parley = runParley({ DATA_DIR: dataDir, PORT: '0', ...environment }, command);
  running.push(parley);
  return parley;
}

/** Starts Parley, waits until it is ready, and returns the addresses that it prints. */
async function start(environment?: Record<string, string>, command?: string[]) {
  const parley = run(environment, command);
  const output = await parley.ready;
  const url = /GraphiQL\s+(\S+)/.exec(output)?.[1] ?? '';
  const socketUrl = /WebSocket\s+(\S+)/.exec(output)?.[1] ?? '';
  return { parley, url, socketUrl, port: new URL(url).port };
}

const slugsOf = async (reader: Person) =>
  (await reader.ask(RoomsDocument, { first: 100 })).rooms.nodes.map(({ slug }) => slug);

describe('npm start', () => {
  test('keeps messages and sessions when all its processes are killed, or npm alone gets SIGTERM, and leaves none behind', async () => {
    const first = await start({}, ['npm', 'start']);
    const ada = await Person.signIn(first.url, 'Ada');
    const roomId = await roomCalled('general', ada);
    await say(ada, roomId, 'Does this last?');
    await first.parley.end('SIGKILL');

    const second = await start({ PORT: first.port }, ['npm', 'start']);
    await say(ada, roomId, 'It does!');
    const postgres = await serverPid(dataDir);
    second.parley.signal('SIGTERM'); // of a supervisor, which knows npm alone

    expect(await second.parley.exited).toMatchObject({ code: 0, signal: null, errors: '' });
    expect(await isRunning(postgres)).toBe(false);
    const third = await start({ PORT: first.port }, ['npm', 'start']);
    expect(await textsIn(roomId, ada)).toEqual(['Welcome to General, Ada!', 'Does this last?', 'It does!']);
    expect(await slugsOf(ada)).toEqual(['cooking', 'general', 'pets', 'travel']);
    const last = await serverPid(dataDir);
    await third.parley.end('SIGINT');
    expect(await isRunning(last)).toBe(false);
  });
});

describe('a start', () => {
  test('prints the addresses of GraphiQL and the WebSocket, which work until Ctrl-C, and continues with its data', async () => {
    const { url, socketUrl, parley, port } = await start();
    const ada = await Person.signIn(url, 'Ada');
    const roomId = await roomCalled('pets', ada);
    await say(ada, roomId, 'Once');
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    const socket = createClient({
      url: socketUrl,
      webSocketImpl: WebSocket,
      connectionParams: { token: ada.token },
      retryAttempts: 0,
    });
    const heard = socket.iterate({
      query: 'subscription ($roomId: ID!) { roomEvents(roomId: $roomId) { status } }',
      variables: { roomId },
    });

    expect(await page.text()).toContain('<title>Parley</title>');
    expect((await heard.next()).value?.data?.roomEvents).toEqual({ status: 'LIVE' });
    const goodbye = expect(heard.next()).rejects.toMatchObject({ code: 1001 });
    void parley.end('SIGINT');
    expect(await parley.end('SIGINT')).toMatchObject({ code: 0, signal: null, errors: '' }); // npm repeats the signal
    await goodbye;
    const second = await start({ PORT: port });
    expect(await textsIn(roomId, ada)).toEqual(['Welcome to Pets, Ada!', 'Once']);
    expect(await second.parley.end('SIGINT')).toMatchObject({ code: 0, signal: null, errors: '' });
  });

  test('can run beside another with its own DATA_DIR and PORT, and never with those of the other', async () => {
    const [one, other] = await Promise.all([start(), start({ DATA_DIR: join(dataDir, 'other') })]);
    const ada = await Person.signIn(one.url, 'Ada');
    const grace = await Person.signIn(other.url, 'Grace');
    await say(ada, await roomCalled('pets', ada), 'Only here');
    const database = await freshDatabase();

    const onItsFolder = await run().exited;
    const onItsPort = await run({ PORT: one.port, DATABASE_URL: database.url }).exited;

    expect(one.port).not.toBe(other.port);
    expect(await textsIn(await roomCalled('pets', grace), grace)).toEqual([]);
    expect(onItsFolder.errors.trimEnd()).toMatch(/^Another process is using .*DATA_DIR.*$/);
    expect(onItsPort.errors.trimEnd()).toMatch(new RegExp(`^Cannot listen at 127\\.0\\.0\\.1:${one.port}: .*PORT\\.$`));
    expect([onItsFolder.code, onItsPort.code]).toEqual([1, 1]);
    await people(one.url, 'Hedy'); // the running server still works
    await database.drop();
  });

  test('with DATABASE_URL uses that PostgreSQL alone, and users stay signed in when it moves to another machine', async () => {
    const database = await emptyDatabase();
    const folders = [join(dataDir, 'one'), join(dataDir, 'other')] as const;
    // A variable that looks misspelled.
    const first = await start({ DATABASE_URL: database.url, DATA_DIR: folders[0], AUTH_GUEST: 'false' });
    const { ada } = await people(first.url, 'Ada', 'Grace');
    await say(ada, await roomCalled('general', ada), 'Does this last?');
    const { errors } = await first.parley.end('SIGINT');
    const second = await start({
      DATABASE_URL: database.url,
      DATA_DIR: folders[1],
      PORT: first.port,
      LOG_LEVEL: 'info',
    });

    expect(errors.match(/AUTH_GUEST is not an option and has no effect; did you mean AUTH_GUESTS\?/g)).toHaveLength(1);
    const names = await query(database.url, 'SELECT "displayName" FROM "User" ORDER BY 1');
    expect(names).toEqual([{ displayName: 'Ada' }, { displayName: 'Grace' }]);
    expect(await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).toEqual([[], []]);
    const roomId = await roomCalled('general', ada);
    expect(await textsIn(roomId, ada)).toEqual(['Welcome to General, Ada!', 'Does this last?']);
    expect((await second.parley.end('SIGINT')).errors).toContain('signed with the secret in the database');
    await database.drop();
  });
});

describe('a start that fails ends with one line that names what to fix', () => {
  test.each([
    [{ PORT: '70000' }, /^PORT is invalid: expected 0 to 65535$/],
    [{ DATABASE_URL: 'mysql://localhost/chat' }, /^DATABASE_URL is invalid: expected postgresql:/],
    [{ DATABASE_URL: 'postgresql://localhost:1/chat' }, /^Cannot reach the database: .*DATABASE_URL\.$/],
    [{ DATA_DIR: '/dev/null/parley' }, /^The data folder \/dev\/null\/parley is unusable: .*DATA_DIR\.$/],
    [{ DATA_DIR: '/proc/parley' }, /^The data folder \/proc\/parley is unusable: .*DATA_DIR\.$/],
  ])('%j', async (environment, line) => {
    const { code, output, errors } = await run(environment).exited;

    expect(code).toBe(1);
    expect(output).toBe('');
    expect(errors.trimEnd()).toMatch(line);
  });
});
