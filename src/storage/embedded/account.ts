import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Whom PostgreSQL runs as; null stands for whoever runs this process. */
export type Account = { uid: number; gid: number } | null;

// The traditional `nobody`, for systems that have no user named postgres.
const nobody = { uid: 65534, gid: 65534 };

/**
 * PostgreSQL refuses to run as root, so that root lends it to whoever owns `home` already, else to the user
 * `postgres`, else to nobody. A folder that has come to belong to root (a restored copy) is given back.
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
