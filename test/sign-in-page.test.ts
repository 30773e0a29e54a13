import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { packageRoot } from '../src/base/package-root.ts';
import { readConfig } from '../src/config.ts';
import { Backend } from './support/backend.ts';
import { IdentityProvider } from './support/identity-provider.ts';
import { startServer } from './support/server.ts';

const page = await readFile('docs/sign-in.md', 'utf8');
const folder = await mkdtemp(join(tmpdir(), 'parley-sign-in-'));
await symlink(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
const provider = await IdentityProvider.start();
afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true });
});

const secret = 'the secret that openssl would make up';

/** Returns the code blocks of the page with the addresses of this test. `url`: of the server. */
function blocks(language: string, url = ''): string[] {
  const found = [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].filter(([, name]) => name === language);
  return found.map(([, , code]) =>
    code!
      .replaceAll('https://login.example/realms/chat', provider.issuer)
      .replaceAll('http://127.0.0.1:4000/graphql', url)
      .replaceAll('"$(cat secret)"', `"${secret}"`),
  );
}

/** Starts a server with the variables of the command on the page that sets this one. */
function startWith(variable: string) {
  const command = blocks('sh').find((code) => code.startsWith(`${variable}=`));
  const given = [...(command ?? '').matchAll(/([A-Z_]+)=(?:"(.*?)"|(\S+))/g)];
  const variables = Object.fromEntries(given.map(([, name, quoted, plain]) => [name, quoted ?? plain]));
  const { provider: trusted, jwtSecret, guestsAllowed } = readConfig(variables);
  return startServer({ provider: trusted, guestsAllowed, ...(jwtSecret && { jwtSecret }) });
}

/** Runs the program of the page that has this name. Returns what it prints. */
async function run(name: string, url: string, environment: Record<string, string> = {}): Promise<unknown> {
  const code = blocks('js', url).find((text) => text.startsWith(`// ${name}\n`));
  const file = join(folder, name);
  await writeFile(file, code ?? 'throw new Error("The page has no such program")');
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env: environment });
  return JSON.parse(stdout);
}

test('the program for an identity provider signs its user in', async () => {
  const server = await startWith('AUTH_ISSUER');

  const printed = await run('provider.mjs', server.url);

  expect(printed).toEqual({ data: { viewer: { user: { username: 'ada', displayName: 'Ada Lovelace' } } } });
  await server.close();
});

test('the program that signs a token signs its user in, on the device that it names', async () => {
  const server = await startWith('AUTH_JWT_SECRET');

  const printed = await run('host-token.mjs', server.url, { AUTH_JWT_SECRET: secret });

  expect(printed).toMatchObject({
    data: { viewer: { user: { displayName: 'Grace Hopper' }, session: { deviceId: 'phone' } } },
  });
  await server.close();
});

test('the program that asks for a session signs its user in, on the device that it names', async () => {
  const server = await startServer();
  const { key } = await Backend.of(server);

  const printed = await run('backend.mjs', server.url, { PARLEY_API_KEY: key });

  const user = { username: 'ada', displayName: 'Ada Lovelace' };
  expect(printed).toEqual({ user, session: { deviceId: 'phone' } });
  await server.close();
});

test('every program of the page is run', () => {
  const names = blocks('js').map((code) => /^\/\/ (\S+)\n/.exec(code)?.[1]);

  expect(names).toEqual(['provider.mjs', 'host-token.mjs', 'backend.mjs']);
});
