import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/**
 * Returns the path of Chromium: CHROMIUM or, if that is not set, the one on the PATH; null if it is missing. In CI,
 * throws instead of returning null, so that no test is skipped unnoticed.
 */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = process.env.CHROMIUM || onPath.find((path) => existsSync(path));
  if (found) return found;
  const message = 'No Chromium for the tests: install chromium (Debian: apt-get install chromium) or set CHROMIUM.';
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  return null;
}

/** Starts a headless browser that sends no requests by itself and can reach no other host. */
export function startChromium(executablePath: string): Promise<Browser> {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const alone = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';
  const asRoot = process.geteuid?.() === 0 ? ['--no-sandbox'] : []; // root has no sandbox
  const args = [...quiet, ...asRoot, alone, '--disable-gpu', '--disable-quic'];
  return chromium.launch({ executablePath, args });
}
