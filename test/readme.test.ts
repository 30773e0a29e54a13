import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ExecutionResult, parse, print, validate } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { readConfig } from '../src/config.ts';
import { schema } from '../src/schema.ts';
import { tour } from '../src/transport/graphiql-tour.ts';
import { memberTypes } from './support/every-field.ts';
import { ask, Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { until } from './support/until.ts';

const readme = readFileSync('README.md', 'utf8');
const tourPage = readFileSync('docs/tour.md', 'utf8');
const clientsPage = readFileSync('docs/clients.md', 'utf8');
const errorsPage = readFileSync('docs/errors.md', 'utf8');
const folders = ['.', 'docs', 'client', 'bench', 'bench/results'];
const pages = folders.flatMap((folder) =>
  readdirSync(folder).flatMap((name) => (name.endsWith('.md') ? [join(folder, name)] : [])),
);
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Returns the code blocks of a page in one language. */
const blocks = (page: string, language: string) =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].filter(([, found]) => found === language).map(([, , code]) => code!);

/** Returns the cells of a table's rows, without code marks. The heading of the first column identifies the table. */
function table(page: string, heading: string): string[][] {
  const [, rows = ''] = new RegExp(`^\\| ${heading} \\|.*\\n\\|[ -|]*\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? [];
  const cells = (row: string) => row.split('|').slice(1, -1);
  return rows
    .trim()
    .split('\n')
    .map((row) => cells(row).map((cell) => cell.trim().replaceAll('`', '')));
}

describe('the tour', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  test('works from the first operation to the last', async () => {
    await Person.signIn(server.url, 'Grace');
    const reader = new Reader(server);

    for (const operation of blocks(tourPage, 'graphql')) await reader.run(operation);

    await until(() => reader.heard.length === 3);
    expect(reader.heard).toEqual(['Welcome to General, Ada!', 'Hello!', 'Only once']);
    expect(reader.answers).toContain('"isNew":true');
    expect(reader.answers).toContain('"totalCount":{"value":2}'); // the room and the conversation
    const ban = '"bannedUntil":"2096-01-01T00:00:00.000Z","moderationReason":"Spam"';
    expect(reader.answers).toContain(`"nodes":[{"user":{"displayName":"Grace"},${ban}}]`); // the list of banned users
    expect(reader.answers).toMatch(/"unbanMember":\{"membership":\{"state":"LEFT","mutedUntil":"9999-/);
    await reader.close();
  });

  test('begins with what GraphiQL opens with', () => {
    const opened = parse(tour).definitions.map((definition) => print(definition));

    const shown = blocks(tourPage, 'graphql').map((code) => print(parse(code)));

    expect(shown.slice(0, opened.length)).toEqual(opened);
  });
});

test('the table of configuration has every variable, with its default', () => {
  const declared = [...readFileSync('src/config.ts', 'utf8').matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);

  const rows = table(readme, 'variable');

  expect(rows.map(([name]) => name)).toEqual(declared);
  for (const [name, value] of rows) expect(readConfig({ [name!]: value })).toEqual(readConfig({}));
});

test('the table of errors has every code', () => {
  const declared = [...readFileSync('src/base/errors.ts', 'utf8').matchAll(/^ {2}'([A-Z_]+)',$/gm)].map(
    ([, code]) => code,
  );

  expect(table(errorsPage, 'code').map(([code]) => code)).toEqual(declared);
});

test.each(pages)('%s links to files and headings that exist, and names scripts that exist', (page) => {
  const text = readFileSync(page, 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
  const targets = links.map(([, path, anchor]) => ({ file: path ? join(dirname(page), path) : page, anchor }));
  const runs = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script]) => script!);

  const missing = targets.filter(({ file }) => !existsSync(file));
  expect(missing).toEqual([]);
  expect(targets.filter(({ file, anchor }) => anchor && !anchorsOf(file).includes(anchor))).toEqual([]);
  expect(runs.filter((script) => !(script in scripts))).toEqual([]);
});

test('README shows how to start and how to test', () => {
  expect(blocks(readme, 'sh').join('')).toMatch(/^npm ci && npm start\b.*^npm ci && npm test\b/ms);
});

test('the table of layers names every folder of src', () => {
  const developmentPage = readFileSync('docs/development.md', 'utf8');
  const entries = readdirSync('src', { withFileTypes: true });
  const existing = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

  const named = table(developmentPage, 'layer').flatMap(([, cell]) => cell!.split(', '));

  expect(named.sort()).toEqual(existing.filter((name) => name !== 'generated').sort());
});

test('the glossary has 15 words', () => {
  expect(table(readme, 'word')).toHaveLength(15);
});

test('the Apollo client knows every kind of error that a mutation may answer with', () => {
  const listed = /UserError: \[([^\]]*)\]/.exec(clientsPage)?.[1]?.match(/\w+/g);

  const known = memberTypes(schema, 'UserError');

  expect(listed?.sort()).toEqual(known.sort());
});

test.each(['resuming', 'following', 'renewing', 'node-web-socket'])(
  'the page of clients shows the tested %s.ts',
  (name) => {
    expect(blocks(clientsPage, 'ts')).toContain(readFileSync(`test/clients/${name}.ts`, 'utf8'));
  },
);

test('the page of clients shows the compiled apollo-connection.ts', () => {
  const compiled = readFileSync('test/clients/apollo-connection.ts', 'utf8');

  expect(blocks(clientsPage, 'ts')).toContain(compiled.replace('declare const token: string;\n\n', ''));
});

test('the operations on the page of clients are valid', () => {
  const operations = blocks(clientsPage, 'graphql');

  expect(operations.length).toBeGreaterThan(1); // else this proves nothing
  expect(operations.flatMap((code) => validate(schema, parse(code)))).toEqual([]);
});

test('the imports in the client examples exist', async () => {
  for (const code of [readme, clientsPage].flatMap((page) => blocks(page, 'ts'))) {
    for (const [, names, from] of code.matchAll(/import \{ (.*?) \} from '(.*?)';/g)) {
      const path = from!.replace(/^\.\//, './clients/');
      const values = names!.split(', ').filter((name) => !name.startsWith('type '));
      expect(Object.keys(await import(path))).toEqual(expect.arrayContaining(values));
    }
  }
});

/** Returns the anchors of a page's headings, as GitHub makes them. */
function anchorsOf(file: string): string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, text]) =>
    text!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** Runs the operations of the tour one after the other, with ids and tokens from earlier answers. */
class Reader {
  readonly #server: TestServer;
  readonly heard: string[] = [];
  #socket: Client | null = null;
  /** All answers so far, as JSON. */
  answers = '';

  constructor(server: TestServer) {
    this.#server = server;
  }

  async run(query: string): Promise<void> {
    const roomId = this.#brought(/"id":"(\w+)","name":"General"/);
    const userId = this.#brought(/"id":"(\w+)","username":"grace/);
    const messageId = this.#brought(/"message":\{"id":"(\w+)"/);
    const liveId = this.#brought(/"createRoom":\{"room":\{"id":"(\w+)"/);
    const token = this.#brought(/"accessToken":"(.+?)"/);
    if (query.startsWith('subscription')) return this.#listen(query, { roomId, token });
    const { data, errors } = await ask(this.#server.url, query, { roomId, userId, messageId, liveId }, token);
    this.answers += JSON.stringify(data);
    expect(errors).toBeUndefined();
    expect(this.answers).not.toMatch(/"userErrors":\[[^\]]/);
  }

  #brought(pattern: RegExp): string {
    return pattern.exec(this.answers)?.[1] ?? '';
  }

  async #listen(query: string, { roomId, token }: Record<'roomId' | 'token', string>): Promise<void> {
    const url = this.#server.url.replace('http', 'ws');
    this.#socket = createClient({ url, webSocketImpl: WebSocket, connectionParams: { token } });
    const next = ({ data }: ExecutionResult<Heard>) => this.heard.push(data!.messageAdded.message.text);
    this.#socket.subscribe<Heard>({ query, variables: { roomId } }, { next, error: () => {}, complete: () => {} });
    await this.#server.untilFollowed(roomId);
  }

  async close(): Promise<void> {
    await this.#socket?.dispose();
  }
}

interface Heard {
  messageAdded: { message: { text: string } };
}
