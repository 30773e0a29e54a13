import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The user that PostgreSQL runs as; null for the user of this process. */
export type Account = { uid: number; gid: number } | null;

// The usual number of `nobody`, for systems without a user named postgres.
const nobody = { uid: 65534, gid: 65534 };

/**
 * Returns the user that PostgreSQL runs as. PostgreSQL refuses to run as root, so root uses the owner of `home`, or the user
 * `postgres`, or `nobody`. If root owns an existing `home` (a restored copy), this changes its owner.
 */
export async function chooseAccount(home: string): Promise<Account> {
  if (process.geteuid?.() !== 0) return null;
  const owner = await stat(home).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await findUser('postgres')) ?? nobody;
  if (owner) await promisify(execFile)('chown', ['-R', '-P', `${account.uid}:${account.gid}`, home]);
  return account;
}

async function findUser(name: string): Promise<Account> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = users
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : null;
}
