import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { lastError, logFromCluster } from './log.ts';
import { product } from './product.ts';
import { runWatched } from './watched-process.ts';
import { workingName } from './working-name.ts';

// Creating a cluster takes about a second, so a draft that is older than `draftLifeMs` belongs to a process that was
// killed.
const draftPrefix = 'postgres.new-';
const draftLifeMs = 600_000;

interface NewCluster {
  dataDir: string;
  /** The folder to create, in `dataDir`. */
  home: string;
  account: Account;
  /** The folder of PostgreSQL's programs. */
  programs: string;
  /** Whether to wait until all is on disk. */
  sync: boolean;
}

/** Creates a cluster in a draft folder and renames that to `home`, so that no process sees an incomplete cluster. */
export async function createCluster({ dataDir, home, ...options }: NewCluster): Promise<void> {
  const draft = await mkdtemp(join(dataDir, draftPrefix));
  try {
    await fill(draft, options);
    await rename(draft, home).catch(ignoreLostRace);
    await syncFolder(dataDir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function ignoreLostRace(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // else another process was quicker
}

async function fill(draft: string, options: Omit<NewCluster, 'dataDir' | 'home'>): Promise<void> {
  const { account } = options;
  const folder = join(draft, 'cluster');
  const password = join(draft, 'password');
  await mkdir(folder, { mode: 0o700 });
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  if (account) for (const path of [folder, password, draft]) await chown(path, account.uid, account.gid);
  const { exited } = runWatched({
    command: join(options.programs, 'initdb'),
    args: ['-D', workingName(folder, account), ...initArguments(options.sync)],
    cwd: folder,
    log: logFromCluster,
    account,
  });
  if ((await exited) !== 0) throw new Error(`PostgreSQL could not be set up: ${await lastError(draft)}`);
}

function initArguments(sync: boolean): string[] {
  // The builtin locale knows the upper and lower case of all of Unicode, sorts by code point, and is the same everywhere.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${product}`, '--pwfile=../password', '--auth=scram-sha-256'];
  return [...locale, ...access, ...(sync ? [] : ['--no-sync']), '--no-instructions'];
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

/** Removes drafts of processes that were killed while they created a cluster. */
export async function removeOldDrafts(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const path = join(dataDir, name);
    if (!name.startsWith(draftPrefix)) continue;
    const draft = await stat(path).catch(() => null);
    if (draft && Date.now() - draft.mtimeMs > draftLifeMs) await rm(path, { recursive: true, force: true });
  }
}
