import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The secret that signs access tokens, for a server that was given none: made at the first start and kept in `dataDir`
 * as `jwt-secret`, readable by its owner alone. Whoever has it can sign in as anybody. Processes that start at once agree
 * on one.
 */
export async function keptSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'jwt-secret');
  await mkdir(dataDir, { recursive: true });
  const secret = (await readIfThere(file)) ?? (await makeSecret(file));
  if (secret.length < 32) throw new Error(`${file} holds no usable secret. Delete it: everybody must sign in again.`);
  return secret;
}

async function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(unless('ENOENT'));
}

/** Written whole before it gets its name: nobody ever reads half a secret, and the first to name theirs wins. */
async function makeSecret(file: string): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(48).toString('base64url'));
    await handle.sync();
    await handle.close();
    await link(draft, file).catch(unless('EEXIST'));
  } finally {
    await rm(draft);
  }
  return readFile(file, 'utf8');
}

/** Makes null of a failure with this code; other failures stay what they are. */
function unless(code: string) {
  return (error: NodeJS.ErrnoException): null => {
    if (error.code === code) return null;
    throw error;
  };
}
