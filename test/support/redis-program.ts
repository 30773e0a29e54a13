import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = resolve('node_modules/.cache');
const unpacked = join(cache, 'redis');

export type RedisProgram = { path: string; env: Record<string, string> };

/**
 * Returns the Redis or Valkey of this machine. If there is none, downloads Debian's and unpacks it without installing
 * it. Returns null if that fails.
 */
export async function findRedis(): Promise<RedisProgram | null> {
  return (await findInstalled()) ?? (await findUnpacked()) ?? (await unpack());
}

async function findInstalled(): Promise<RedisProgram | null> {
  const found = await run('/bin/sh', ['-c', 'command -v redis-server || command -v valkey-server']).catch(() => null);
  return found && { path: found.stdout.trim(), env: {} };
}

async function findUnpacked(): Promise<RedisProgram | null> {
  const path = join(unpacked, 'usr/bin/redis-server');
  if (!(await stat(path).catch(() => null))) return null;
  const libraries = join(unpacked, 'usr/lib');
  const [triplet = ''] = (await readdir(libraries)).filter((name) => name.includes('-linux-'));
  return { path, env: { LD_LIBRARY_PATH: join(libraries, triplet) } };
}

/**
 * Downloads Redis, once; it takes some seconds. Several test files may do so at the same time: each uses its own
 * folder, and the first to finish wins.
 */
async function unpack(): Promise<RedisProgram | null> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'redis.new-'));
  try {
    await downloadInto(draft);
    await rename(join(draft, 'root'), unpacked).catch(ignoreLostRace);
    return await findUnpacked();
  } catch (error) {
    console.warn(`Redis could not be had from Debian's packages: ${(error as Error).message}`);
    return null;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Uses own package lists: an ordinary user may not update those of the system. */
async function downloadInto(draft: string): Promise<void> {
  const script = `
    set -e
    cd "$0"
    mkdir -p lists/partial archives/partial root
    options="-o Dir::State::lists=$0/lists -o Dir::Cache::archives=$0/archives -o APT::Sandbox::User= -o Debug::NoLocking=1"
    options="$options -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache="
    apt-get $options -qq update
    libraries=$(apt-cache $options depends redis-tools redis-server | sed -n 's/^ *Depends: \\(lib[^ ]*\\|lua[^ ]*\\|redis-tools\\)$/\\1/p' | sort -u | grep -v -x libc6)
    apt-get $options -qq download redis-server $libraries
    for package in *.deb; do dpkg -x "$package" root; done
  `;
  await run('/bin/sh', ['-c', script, draft]);
}

function ignoreLostRace(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}
