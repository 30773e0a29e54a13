import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, chooseAccount } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { lastError, logFromCluster } from './log.ts';
import { runWatched } from './watched-process.ts';

/** The one user of an embedded PostgreSQL, who owns everything in it. */
export const userName = 'parley';

/** `durable` loses nothing that was committed, not even in a power cut; `test` loses everything then, and is faster. */
export type Settings = 'durable' | 'test';

// A draft that is older was left by a process that was killed: making one takes about a second.
const draftPrefix = 'postgres.new-';
const draftLifeMs = 600_000;

/** A folder that PostgreSQL was prepared in, and what is needed to run it there. */
export type Cluster = {
  /** Holds `cluster`, `password` and `server.log`. */
  home: string;
  folder: string;
  /** What PostgreSQL is told its folder is. */
  ownName: string;
  password: string;
  isNew: boolean;
  account: Account;
  binaries: Binaries;
};

/** Opens the cluster in `<dataDir>/postgres`, made first where there is none. Whoever comes second finds a whole one. */
export async function openCluster(dataDir: string, settings: Settings): Promise<Cluster> {
  const { home, folder } = foldersIn(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await removeOldDrafts(dataDir);
  const account = await chooseAccount(home);
  const binaries = await findBinaries(account);
  const isNew = !(await exists(folder));
  if (isNew) await create(dataDir, home, account, initCommand(binaries, settings));
  await requireVersion(folder, binaries.major);
  const password = await readPassword(home);
  return { home, folder, ownName: ownName(folder, account), password, isNew, account, binaries };
}

/** Where a cluster is in `dataDir`. */
export function foldersIn(dataDir: string): Pick<Cluster, 'home' | 'folder'> {
  const home = join(dataDir, 'postgres');
  return { home, folder: join(home, 'cluster') };
}

/** Reads the password of the one user. */
export const readPassword = (home: string): Promise<string> => readFile(join(home, 'password'), 'utf8');

/**
 * The account that root lends PostgreSQL to may be unable to enter the folders above (/root, a home of mode 0700).
 * It is put into its folder before it stops being root, and this name leads there without passing through them.
 */
function ownName(folder: string, account: Account): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

/** Prepares everything beside its place and moves it there in one step, so that a half-made cluster is never seen. */
async function create(dataDir: string, home: string, account: Account, initdb: string[]): Promise<void> {
  const draft = await mkdtemp(join(dataDir, draftPrefix));
  try {
    await fill(draft, account, initdb);
    await rename(draft, home).catch(ignoreLostRace);
    await syncFolder(dataDir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function ignoreLostRace(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // else another Parley was quicker
}

async function fill(draft: string, account: Account, [command, ...args]: string[]): Promise<void> {
  const folder = join(draft, 'cluster');
  const password = join(draft, 'password');
  await mkdir(folder, { mode: 0o700 });
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  if (account) for (const path of [folder, password, draft]) await chown(path, account.uid, account.gid);
  const { exited } = runWatched({
    command: command!,
    args: ['-D', ownName(folder, account), ...args],
    cwd: folder,
    log: logFromCluster,
    account,
  });
  if ((await exited) !== 0) throw new Error(`PostgreSQL could not be set up: ${await lastError(draft)}`);
}

function initCommand(binaries: Binaries, settings: Settings): string[] {
  // The builtin locale knows the upper and lower case of all of Unicode, sorts by code point, and is the same everywhere.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${userName}`, '--pwfile=../password', '--auth=scram-sha-256'];
  const sync = settings === 'test' ? ['--no-sync'] : [];
  return [join(binaries.folder, 'initdb'), ...locale, ...access, ...sync, '--no-instructions'];
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

/** Removes what a process left that was killed while it made a cluster. */
async function removeOldDrafts(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const path = join(dataDir, name);
    if (!name.startsWith(draftPrefix)) continue;
    const draft = await stat(path).catch(() => null);
    if (draft && Date.now() - draft.mtimeMs > draftLifeMs) await rm(path, { recursive: true, force: true });
  }
}

async function requireVersion(folder: string, major: string): Promise<void> {
  const found = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  if (found === major) return;
  throw new Error(
    `${folder} was written by PostgreSQL ${found}, and this Parley brings ${major}. ` +
      'Dump it with the Parley that wrote it and restore it into an empty DATA_DIR.',
  );
}
