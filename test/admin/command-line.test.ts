import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { runAdmin } from '../../tools/admin-commands.ts';
import { CreateSessionForDocument, UpsertUserDocument, ViewerDocument } from '../generated/graphql.ts';
import { freshDatabase } from '../support/database.ts';
import { ask, Person, take } from '../support/person.ts';
import { adminCommand, build, type ParleyProcess, runParley } from '../support/process.ts';
import { RawSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

let folder: string;
let dataDir: string;
let server: ParleyProcess;
let url: string;
beforeAll(async () => {
  build();
  folder = await mkdtemp(join(tmpdir(), 'parley-admin-'));
  dataDir = join(folder, 'data');
});
afterAll(async () => {
  await server?.end('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 100 });
});

async function start(): Promise<void> {
  server = runParley({ DATA_DIR: dataDir, PORT: '0' });
  url = /GraphiQL\s+(\S+)/.exec(await server.ready)![1]!;
}

/** Executes a command in a process, as `npm run admin` does. */
async function adminProcess(...args: string[]) {
  const { code, output, errors } = await runParley({ DATA_DIR: dataDir }, [...adminCommand, ...args]).exited;
  return { code, output: output.trim(), errors: errors.trim() };
}

/** Executes a command here: a process of its own would take a second to load. */
async function admin(...args: string[]) {
  const output: unknown[] = [];
  const errors: unknown[] = [];
  const printer = { log: (line: unknown) => void output.push(line), error: (line: unknown) => void errors.push(line) };
  const code = await runAdmin(args, { DATA_DIR: dataDir }, printer);
  return { code, output: output.join('\n').trim(), errors: errors.join('\n').trim() };
}

const isAdmin = async (token: string) => (await ask(url, '{ viewer { isAdmin } }', {}, token)).data;
const viewerOf = async (token: string) => (await ask(url, ViewerDocument, {}, token)).data?.viewer?.user.displayName;

describe('while no server runs', () => {
  test('a key is created in a new data folder, and works once the server runs', async () => {
    const { code, output, errors } = await adminProcess('key', 'Before the start');
    expect([code, output]).toEqual([0, expect.stringMatching(/^parley_[\w-]{43}$/)]);
    expect(errors).toContain('created a new one. Is DATA_DIR or DATABASE_URL that of the server?');

    await start();

    expect(await viewerOf(output)).toBe('Before the start');
  });
});

describe('while the server runs', () => {
  test('a key is created, listed and revoked, which closes its connections', async () => {
    const { output: key } = await admin('key', 'Shop');
    const socket = await RawSocket.ready(url, key);
    expect(await viewerOf(key)).toBe('Shop');
    expect((await admin('keys')).output).toMatch(/\tShop\tcreated \S+\tlast used /);

    expect(await admin('revoke-key', 'Shop')).toMatchObject({ code: 0, errors: '' });

    expect(await viewerOf(key)).toBeUndefined();
    expect(await socket.next()).toMatchObject({ closed: 4403 });
    expect((await admin('keys')).output).not.toContain('Shop');
  });

  test('a user becomes an administrator and is none again, also on an open connection', async () => {
    const ada = await Person.signIn(url, 'Ada');
    const username = (await admin('users', 'ada')).output.split('\t')[0]!;
    const onSocket = async () => {
      const document = parse('{ viewer { isAdmin } }');
      return JSON.stringify(await take(ada.follow<object, object>(document, {}), 1));
    };

    for (const [command, wanted] of [
      ['grant', true],
      ['revoke-admin', false],
    ] as const) {
      expect(await admin(command, username)).toMatchObject({ code: 0, errors: '' });
      expect(await isAdmin(ada.token)).toEqual({ viewer: { isAdmin: wanted } });
      await until(async () => (await onSocket()).includes(`${wanted}`));
    }
    await ada.close();
  });

  test('a user is deactivated, which ends their sessions, and reactivated', async () => {
    const key = (await admin('key', 'Deactivating')).output;
    const input = { externalId: 'shop|eve', username: 'eve', displayName: 'Eve' };
    const userId = (await ask(url, UpsertUserDocument, { input }, key)).data.upsertUser.user!.id;
    const signIn = async () =>
      (await ask(url, CreateSessionForDocument, { input: { userId } }, key)).data.createSessionFor.accessToken;
    const token = await signIn();

    expect(await admin('deactivate', 'Eve')).toEqual({ code: 0, output: 'eve (Eve) is deactivated now.', errors: '' });
    expect([await viewerOf(token!), await signIn()]).toEqual([undefined, null]);
    expect(await admin('reactivate', 'eve')).toEqual({ code: 0, output: 'eve (Eve) can sign in again.', errors: '' });

    expect(await viewerOf((await signIn())!)).toBe('Eve');
  });

  test('a user of the host application is found by a part of the name and by the external id', async () => {
    const key = (await admin('key', 'Users')).output;
    await ask(url, UpsertUserDocument, { input: { externalId: 'shop|42', displayName: 'Grace' } }, key);

    const output = expect.stringMatching(/^grace\S*\tGrace\tHUMAN\tshop\|42$/);

    expect(await admin('users', 'gra')).toMatchObject({ code: 0, output });
    expect(await admin('users', 'shop|42')).toMatchObject({ code: 0, output });
  });

  test('a key whose name another key has is revoked by its id', async () => {
    for (const _key of [1, 2]) await admin('key', 'Twin');
    const { errors, code } = await admin('revoke-key', 'Twin');
    expect([code, errors]).toEqual([1, expect.stringContaining('2 API keys have the name "Twin"')]);

    const id = (await admin('keys')).output
      .split('\n')
      .find((line) => line.includes('Twin'))!
      .split('\t')[0]!;

    expect((await admin('revoke-key', id)).output).toContain(`Revoked the API key "Twin" (${id})`);
    expect(await admin('revoke-key', 'Twin')).toMatchObject({ code: 0 });
  });

  test.each<[string[], number, string]>([
    [[], 2, 'A command is missing.'],
    [['mint'], 2, 'There is no command "mint".'],
    [['key'], 2, 'key needs NAME.'],
    [['keys', 'all'], 2, 'keys takes no argument.'],
    [['key', '\u202Eabc'], 1, 'The text contains an invisible character'],
    [['grant-admin', 'nobody'], 1, 'There is no user "nobody".'],
    [['revoke-key', 'nothing'], 1, 'There is no API key "nothing".'],
  ])('%j is refused with a line that says why', async (args, code, message) => {
    const refused = await admin(...args);

    expect(refused).toMatchObject({ code, output: '', errors: expect.stringContaining(message) });
    expect(refused.errors).not.toContain('    at ');
  });
});

test('--help explains every command', async () => {
  const { code, output } = await adminProcess('--help');

  expect(code).toBe(0);
  for (const name of ['key NAME', 'keys', 'revoke-key', 'grant', 'revoke', 'deactivate', 'reactivate', 'users'])
    expect(output).toContain(name);
});

test('a database that cannot be reached is one line', async () => {
  const environment = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
  const { code, errors } = await runParley(environment, [...adminCommand, 'keys']).exited;

  expect([code, errors.trim().split('\n').length]).toEqual([1, 1]);
});

test('DATABASE_URL names another database', async () => {
  const database = await freshDatabase();
  const run = (...args: string[]) => runParley({ DATABASE_URL: database.url }, [...adminCommand, ...args]).exited;
  await run('key', 'Elsewhere');

  const { output } = await run('keys');

  expect(output).toContain('Elsewhere');
  expect((await admin('keys')).output).not.toContain('Elsewhere');
  await database.drop();
});

test('npm runs it where only the build is, as in a container', async () => {
  const place = join(folder, 'container');
  for (const part of ['dist', 'prisma/migrations', 'package.json']) {
    await cp(resolve(part), join(place, part), { recursive: true });
  }
  await symlink(resolve('node_modules'), join(place, 'node_modules'));
  const { DATABASE_URL: _, ...environment } = process.env;

  const { stdout } = await promisify(execFile)('npm', ['run', '-s', 'admin', '--', 'key', 'Container'], {
    cwd: place,
    env: { ...environment, DATA_DIR: dataDir },
  });

  expect(await viewerOf(stdout.trim())).toBe('Container');
});

test('the database of a server that was killed is started for the command', async () => {
  await server.end('SIGKILL');

  const { code, output, errors } = await adminProcess('keys');

  expect([code, errors]).toEqual([0, '']);
  expect(output).toContain('Before the start');
});
