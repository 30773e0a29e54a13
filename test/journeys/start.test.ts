import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { RoomsDocument } from '../generated/graphql.ts';
import { emptyDatabase, freshDatabase } from '../support/database.ts';
import { Person, people } from '../support/person.ts';
import { isRunning, query, serverPid } from '../support/postgres-process.ts';
import { build, type ParleyProcess, runParley } from '../support/process.ts';
import { roomCalled, say, textsIn } from '../support/rooms.ts';

jest.setTimeout(60_000);

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
  test('keeps messages and sessions when all of its processes are killed, and leaves no process behind', async () => {
    const first = await start({}, ['npm', 'start']);
    const ada = await Person.signIn(first.url, 'Ada');
    const roomId = await roomCalled('general', ada);
    await say(ada, roomId, 'Does this last?');
    await first.parley.end('SIGKILL');

    const second = await start({ PORT: first.port }, ['npm', 'start']);
    await say(ada, roomId, 'It does!');

    expect(await textsIn(roomId, ada)).toEqual(['Welcome to General, Ada!', 'Does this last?', 'It does!']);
    expect(await slugsOf(ada)).toEqual(['cooking', 'general', 'pets', 'travel']);
    const postgres = await serverPid(dataDir);
    await second.parley.end('SIGINT');
    expect(await isRunning(postgres)).toBe(false);
  });
});

describe('npm start that gets SIGTERM from a supervisor, which knows npm alone,', () => {
  test('ends with exit code 0, ends its server and database too, and keeps all data', async () => {
    const first = await start({}, ['npm', 'start']);
    const ada = await Person.signIn(first.url, 'Ada');
    const roomId = await roomCalled('general', ada);
    await say(ada, roomId, 'Mind the gap');
    const postgres = await serverPid(dataDir);

    first.parley.signal('SIGTERM');

    expect(await first.parley.exited).toMatchObject({ code: 0, signal: null, errors: '' });
    expect(await isRunning(postgres)).toBe(false);
    const second = await start({ PORT: first.port }, ['npm', 'start']);
    expect(await textsIn(roomId, ada)).toEqual(['Welcome to General, Ada!', 'Mind the gap']);
    second.parley.signal('SIGTERM');
    await second.parley.exited;
  });
});

describe('a start', () => {
  test('prints the addresses of GraphiQL and the WebSocket, which work until Ctrl-C', async () => {
    const { url, socketUrl, parley } = await start();
    const ada = await Person.signIn(url, 'Ada');
    const roomId = await roomCalled('general', ada);
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
    expect(await parley.end('SIGINT')).toMatchObject({ code: 0, signal: null });
    await goodbye;
  });

  test('continues with the data of the last one, which ended with exit code 0 after a Ctrl-C that npm repeated', async () => {
    const first = await start();
    const ada = await Person.signIn(first.url, 'Ada');
    const roomId = await roomCalled('pets', ada);
    await say(ada, roomId, 'Once');
    void first.parley.end('SIGINT');
    const end = await first.parley.end('SIGINT');

    const second = await start({ PORT: first.port });

    expect(end).toMatchObject({ code: 0, signal: null, errors: '' });
    expect(await textsIn(roomId, ada)).toEqual(['Welcome to Pets, Ada!', 'Once']);
    expect(await second.parley.end('SIGINT')).toMatchObject({ code: 0, signal: null, errors: '' });
  });

  test('can run beside another with its own DATA_DIR and PORT', async () => {
    const [one, other] = await Promise.all([
      start({ DATA_DIR: join(dataDir, 'one') }),
      start({ DATA_DIR: join(dataDir, 'other') }),
    ]);
    const ada = await Person.signIn(one.url, 'Ada');
    const grace = await Person.signIn(other.url, 'Grace');
    await say(ada, await roomCalled('pets', ada), 'Only here');

    expect(one.port).not.toBe(other.port);
    expect(await textsIn(await roomCalled('pets', grace), grace)).toEqual([]);
  });

  test('uses the PostgreSQL of DATABASE_URL instead of its own', async () => {
    const database = await freshDatabase();
    const { url, parley } = await start({ DATABASE_URL: database.url });

    await people(url, 'Ada', 'Grace');

    expect(await query(database.url, 'SELECT "displayName" FROM "User" ORDER BY 1')).toEqual([
      { displayName: 'Ada' },
      { displayName: 'Grace' },
    ]);
    expect(await readdir(dataDir)).toEqual([]);
    await parley.end('SIGINT');
    await database.drop();
  });
});

describe('with DATABASE_URL alone', () => {
  test('a new server has default rooms, and users stay signed in when it moves to another machine', async () => {
    const database = await emptyDatabase();
    const first = await start({ DATABASE_URL: database.url, DATA_DIR: join(dataDir, 'one') });
    const ada = await Person.signIn(first.url, 'Ada');
    await say(ada, await roomCalled('general', ada), 'Does this last?');
    await first.parley.end('SIGINT');

    const other = { DATABASE_URL: database.url, DATA_DIR: join(dataDir, 'other'), LOG_LEVEL: 'info' };
    const second = await start({ ...other, PORT: first.port });

    const roomId = await roomCalled('general', ada);
    expect(await textsIn(roomId, ada)).toEqual(['Welcome to General, Ada!', 'Does this last?']);
    expect((await second.parley.end('SIGINT')).errors).toContain('signed with the secret in the database');
    await database.drop();
  });
});

test('a start warns of a variable that looks misspelled', async () => {
  const { parley } = await start({ AUTH_GUEST: 'false' });

  const { errors } = await parley.end('SIGINT');

  expect(errors.match(/AUTH_GUEST is not an option and has no effect; did you mean AUTH_GUESTS\?/g)).toHaveLength(1);
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

  test('a DATA_DIR that is in use, and a PORT', async () => {
    const { url, port } = await start();
    const database = await freshDatabase();

    const onItsFolder = await run().exited;
    const onItsPort = await run({ PORT: port, DATABASE_URL: database.url }).exited;

    expect(onItsFolder.errors.trimEnd()).toMatch(/^Another process is using .*DATA_DIR.*$/);
    expect(onItsPort.errors.trimEnd()).toMatch(new RegExp(`^Cannot listen at 127\\.0\\.0\\.1:${port}: .*PORT\\.$`));
    expect([onItsFolder.code, onItsPort.code]).toEqual([1, 1]);
    await Person.signIn(url, 'Ada'); // the running server still works
    await database.drop();
  });
});
