import type { Account } from './account.ts';

/**
 * Returns the name by which PostgreSQL opens the folder that it runs in. The account that root chose may be unable to enter
 * the folders above (/root, a home of mode 0700). Its process starts in the folder before it gives up root, and this name
 * does not lead through the folders above.
 */
export function workingName(folder: string, account: Account): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}
