import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { MessageAddedDocument, RoomsDocument } from '../generated/graphql.ts';
import { freshDatabase } from '../support/database.ts';
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
  await rm(dataDir, { recursive: true, force: true, maxRetries: 100 }); // a killed one is still on its way out
});

function run(environment: Record<string, string> = {}, command?: string[]): ParleyProcess {
  const parley = runParley({ DATA_DIR: dataDir, PORT: '0', ...environment }, command);
  running.push(parley);
  return parley;
}

/** Runs it and waits until it is ready, with the addresses that it then prints. */
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
  test('keeps what was said, and who is signed in, when all of it is killed', async () => {
    const first = await start({}, ['npm', 'start']);
    const ada = await Person.signIn(first.url, 'Ada');
    const roomId = await roomCalled('general', ada);
    await say(ada, roomId, 'Does this last?');
    await first.parley.end('SIGKILL');

    await start({ PORT: first.port }, ['npm', 'start']);
    await say(ada, roomId, 'It does!');

    expect(await textsIn(roomId, ada)).toEqual(['Welcome to General, Ada!', 'Does this last?', 'It does!']);
    expect(await slugsOf(ada)).toEqual(['cooking', 'general', 'pets', 'travel']);
  });

  test('leaves no process behind after Ctrl-C', async () => {
    const { parley } = await start({}, ['npm', 'start']);
    const postgres = await serverPid(dataDir);

    await parley.end('SIGINT');

    expect(await isRunning(postgres)).toBe(false);
  });
});

describe('a start', () => {
  test('prints where GraphiQL and the WebSocket are, and there they are', async () => {
    const { url, socketUrl } = await start();
    const ada = await Person.signIn(url, 'Ada');
    const roomId = await roomCalled('general', ada);
    const { data } = await ada.tryAsk<{ room: { syncCursor: string } }, object>(
      `{ room(id: "${roomId}") { syncCursor } }`,
    );
    await say(ada, roomId, 'Hello');

    const page = await fetch(url, { headers: { accept: 'text/html' } });
    const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { token: ada.token } });
    const variables = { roomId, after: data.room.syncCursor };
    const heard = socket.iterate({
      query:
        'subscription ($roomId: ID!, $after: StreamCursor) { messageAdded(roomId: $roomId, after: $after) { message { text } } }',
      variables,
    });

    expect(await page.text()).toContain('<title>Parley</title>');
    expect((await heard.next()).value.data.messageAdded.message.text).toBe('Welcome to General, Ada!');
    expect((await heard.next()).value.data.messageAdded.message.text).toBe('Hello');
    await socket.dispose();
  });

  test('ends on Ctrl-C with exit code 0, and the next one goes on, twice in a row', async () => {
    const first = await start();
    const ada = await Person.signIn(first.url, 'Ada');
    const roomId = await roomCalled('pets', ada);

    for (const text of ['Once', 'Twice']) {
      await say(ada, roomId, text);
      const postgres = await serverPid(dataDir);
      expect(await running.at(-1)!.end('SIGINT')).toMatchObject({ code: 0, signal: null, errors: '' });
      expect(await isRunning(postgres)).toBe(false);
      await start({ PORT: first.port });
    }

    expect(await textsIn(roomId, ada)).toEqual(['Welcome to Pets, Ada!', 'Once', 'Twice']);
  });

  test('ends on Ctrl-C without waiting for those who listen', async () => {
    const { url, parley } = await start();
    const ada = await Person.signIn(url, 'Ada');
    const isConnected = new Promise((resolve) => ada.socket.on('connected', resolve));
    const heard = ada.follow(MessageAddedDocument, { roomId: await roomCalled('pets', ada) }).next();
    const goodbye = expect(heard).rejects.toMatchObject({ code: 1001 });
    await isConnected;

    expect(await parley.end('SIGINT')).toMatchObject({ code: 0, signal: null });

    await goodbye;
  });

  test('takes a Ctrl-C that arrives twice, as from a terminal and from npm, for one', async () => {
    const { parley } = await start();

    void parley.end('SIGINT');

    expect(await parley.end('SIGINT')).toMatchObject({ code: 0, signal: null });
  });

  test('stands beside another with its own DATA_DIR and PORT', async () => {
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

  test('uses the Postgres of DATABASE_URL instead of its own', async () => {
    const database = await freshDatabase();
    const { url, parley } = await start({ DATABASE_URL: database.url });

    await people(url, 'Ada', 'Grace');

    expect(await query(database.url, 'SELECT "displayName" FROM "User" ORDER BY 1')).toEqual([
      { displayName: 'Ada' },
      { displayName: 'Grace' },
    ]);
    expect(await readdir(dataDir)).toEqual(['jwt-secret']);
    await parley.end('SIGINT');
    await database.drop();
  });
});

describe('a start that cannot be', () => {
  const secret = 'short-secret';

  test.each([
    [{ PORT: '70000' }, /^PORT is unusable: expected 0 to 65535$/],
    [{ PORT: 'http' }, /^PORT is unusable: expected a port number$/],
    [{ DATABASE_URL: 'mysql://localhost/chat' }, /^DATABASE_URL is unusable: expected postgresql:/],
    [{ DATABASE_URL: 'postgresql://localhost:1/chat' }, /^Cannot reach the database: .*DATABASE_URL\.$/],
    [{ AUTH_JWT_SECRET: secret }, /^AUTH_JWT_SECRET is unusable: expected at least 32 characters$/],
    [{ DATA_DIR: '/dev/null/parley' }, /^The data folder \/dev\/null\/parley is unusable: .*DATA_DIR\.$/],
  ])('with %j ends with one line that names what to mend', async (environment, line) => {
    const { code, output, errors } = await run(environment).exited;

    expect(code).toBe(1);
    expect(output).toBe('');
    expect(errors.trimEnd()).toMatch(line);
    expect(errors).not.toContain(secret);
  });

  test('on a port that is taken ends with one line that names it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const { code, errors } = await run({ PORT: String(port) }).exited;

    expect(code).toBe(1);
    expect(errors.trimEnd()).toMatch(new RegExp(`^Cannot listen at 127\\.0\\.0\\.1:${port}: .*PORT\\.$`));
    other.close();
  });

  test('on a DATA_DIR that is in use ends with one line that names it, and harms nobody', async () => {
    const { url } = await start();

    const { code, errors } = await run().exited;

    expect(code).toBe(1);
    expect(errors.trimEnd()).toMatch(/^Another Parley is using .*DATA_DIR.*$/);
    await Person.signIn(url, 'Ada');
  });
});
