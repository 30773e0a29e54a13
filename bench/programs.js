import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Debian installs servers where only the administrator's PATH leads. */
const furtherFolders = ['/usr/sbin', '/usr/local/sbin'];

/** Returns the path of an installed program; null if there is none. @param {string} name */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), ...furtherFolders];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** @param {string | undefined} name undefined if nothing is needed */
export function isInstalled(name) {
  return name === undefined || findProgram(name) !== null;
}

/** Ends the process unless all programs are installed. @param {(string | undefined)[]} names */
export function requirePrograms(names) {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  console.error(`Not installed: ${missing.join(', ')}.`);
  process.exit(1);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
