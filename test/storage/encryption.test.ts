import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { connectionTo, schemaOf } from '../../src/storage/connection.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/storage/embedded/start.ts';
import { unreachable } from '../../src/storage/unreachable.ts';
import { requireUsable } from '../../src/storage/usable.ts';
import { certificate, certificateKey } from '../support/certificate.ts';
import { query } from '../support/postgres-process.ts';
import { until } from '../support/until.ts';

let dataDir: string;
let postgres: EmbeddedPostgres;
const warnings: Error[] = [];
const onWarning = (warning: Error) => void warnings.push(warning);

/** Starts a PostgreSQL with a self-signed certificate for `localhost`. */
beforeAll(async () => {
  process.on('warning', onWarning);
  dataDir = await mkdtemp(join(tmpdir(), 'parley-encryption-'));
  postgres = await startEmbeddedPostgres({ dataDir, settings: 'test' });
  const folder = join(dataDir, 'postgres/cluster');
  const { uid, gid } = await stat(folder);
  for (const [name, text] of Object.entries({ 'server.crt': certificate, 'server.key': certificateKey })) {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    await chown(join(folder, name), uid, gid);
  }
  await writeFile(join(dataDir, 'own.crt'), certificate);
  await writeFile(join(dataDir, 'other.crt'), rootCertificates[0]!);
  await query(postgres.url, 'ALTER SYSTEM SET ssl = on');
  await query(postgres.url, 'SELECT pg_reload_conf()');
  await until(async () => isEncrypted('localhost', 'sslmode=require').catch(() => false));
});
afterAll(async () => {
  await postgres.close();
  await rm(dataDir, { recursive: true, force: true });
  process.off('warning', onWarning);
});

/** Replaces OWN and OTHER by files with the server's certificate and with another one. */
function urlFor(host: string, parameters: string): string {
  const url = new URL(postgres.url);
  url.hostname = host;
  url.search = parameters.replace('OWN', join(dataDir, 'own.crt')).replace('OTHER', join(dataDir, 'other.crt'));
  return url.href;
}

async function isEncrypted(host: string, parameters: string): Promise<boolean> {
  const client = new pg.Client(connectionTo(urlFor(host, parameters)));
  await client.connect();
  const { rows } = await client
    .query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
    .finally(() => client.end());
  return rows[0].ssl;
}

describe('a client connects to a server with a self-signed certificate', () => {
  test.each([
    ['127.0.0.1', 'sslmode=allow', true],
    ['127.0.0.1', 'sslmode=prefer', true],
    ['127.0.0.1', 'sslmode=prefer&sslrootcert=OTHER', true],
    ['127.0.0.1', 'sslmode=require', true],
    ['127.0.0.1', 'sslmode=require&uselibpqcompat=true', true],
    ['127.0.0.1', 'uselibpqcompat=false&sslmode=require', true],
    ['127.0.0.1', 'sslmode=require&sslrootcert=OWN', true],
    ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=OWN', true],
    ['localhost', 'sslmode=verify-full&sslrootcert=OWN', true],
    ['localhost', 'sslrootcert=OWN', true],
    ['localhost', 'sslmode=disable', false],
    ['localhost', '', false],
  ])('at %s with ?%s, encrypted: %s', async (host, parameters, encrypted) => {
    expect(await isEncrypted(host, parameters)).toBe(encrypted);
  });
});

describe('a client refuses such a server with one line that says what to do', () => {
  const authority =
    /self-signed certificate\. Let sslrootcert=FILE in DATABASE_URL name .* sslmode=require alone, .*\.$/;
  const name = /certificate's altnames: .*[^:. ]\. Use a host name of the certificate .* sslmode=verify-ca .*\.$/;

  test.each([
    ['localhost', 'sslmode=verify-full', authority],
    ['localhost', 'sslmode=verify-full&sslrootcert=OTHER', authority],
    ['localhost', 'sslrootcert=OTHER', authority],
    ['localhost', 'sslmode=verify-ca&sslrootcert=OTHER', authority],
    ['localhost', 'sslmode=require&sslrootcert=OTHER', authority],
    ['localhost', 'sslrootcert=system', authority],
    ['127.0.0.1', 'sslmode=verify-full&sslrootcert=OWN', name],
    ['127.0.0.1', 'sslrootcert=OWN', name],
    ['localhost', 'sslmode=verify-ca', /: sslmode=verify-ca needs sslrootcert=FILE\. Check DATABASE_URL\.$/],
    ['localhost', 'sslmode=no-verify', /: sslmode=no-verify is none of disable, .*verify-full\. Check DATABASE_URL\.$/],
    ['localhost', 'sslmode=require&sslrootcert=system', /: sslrootcert=system needs sslmode=verify-full\. Check/],
  ])('at %s with ?%s', async (host, parameters, line) => {
    const error = await requireUsable(urlFor(host, parameters)).catch((reason: Error) => reason);

    expect(String(error)).toMatch(line);
    expect(String(error)).not.toMatch(/\n|SECURITY/);
  });

  test.each([
    ['CERT_HAS_EXPIRED', 'certificate has expired', /Renew the certificate/],
    ['CERT_NOT_YET_VALID', 'certificate is not yet valid', /Check the clocks/],
  ])('if its certificate is not valid now: %s', (code, message, line) => {
    expect(unreachable(Object.assign(new Error(message), { code })).message).toMatch(line);
  });
});

test('a connection over a Unix socket is never encrypted, even if the URL asks for it', () => {
  const url = 'postgresql:///chat?host=/run/postgresql&sslmode=verify-full';

  expect(connectionTo(url)).toMatchObject({ host: '/run/postgresql', ssl: false });
});

test('reading the schema needs none of the files in the URL', () => {
  expect(schemaOf('postgresql://db/chat?sslrootcert=/nowhere&schema=The%20second')).toBe('The second');
});

test('no connection caused a warning', () => {
  expect(warnings).toEqual([]);
});
