import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keptSecret } from '../../src/sessions/secret.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-secret-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

test('a secret is made once and kept', async () => {
  const secret = await keptSecret(dataDir);

  expect(secret).toMatch(/^[\w-]{64}$/);
  expect(await keptSecret(dataDir)).toBe(secret);
  expect(await readdir(dataDir)).toEqual(['jwt-secret']);
});

test('only its owner may read it', async () => {
  await keptSecret(dataDir);

  const { mode } = await stat(join(dataDir, 'jwt-secret'));

  expect((mode & 0o777).toString(8)).toBe('600');
});

test('the folder is made where there is none, and another folder has another secret', async () => {
  const nested = join(dataDir, 'a', 'b');

  expect(await keptSecret(nested)).not.toBe(await keptSecret(dataDir));
  expect(await readFile(join(nested, 'jwt-secret'), 'utf8')).toBe(await keptSecret(nested));
});

test('twenty who start at once agree on one', async () => {
  const secrets = await Promise.all(Array.from({ length: 20 }, () => keptSecret(dataDir)));

  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(dataDir)).toEqual(['jwt-secret']);
});

test.each(['', 'too short'])('a file with “%s” in it is refused by its name', async (content) => {
  await writeFile(join(dataDir, 'jwt-secret'), content);

  await expect(keptSecret(dataDir)).rejects.toThrow(join(dataDir, 'jwt-secret'));
  expect(await readFile(join(dataDir, 'jwt-secret'), 'utf8')).toBe(content);
});
