import type { Account } from './account.ts';

/**
 * Returns the name by which PostgreSQL opens the folder that it runs in. The account that root chose may be unable to
 * enter the folders above (/root, a home of mode 0700). Its process enters the folder while it is still root, and the
 * returned name does not contain the folders above.
 */
export function workingName(folder: string, account: Account): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}
