import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/**
 * Where a Chromium is: at CHROMIUM, else on the PATH. Null where there is none; in CI that is an error, so that the
 * tests that need one are not skipped there unnoticed.
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

/** A headless browser that asks nobody for anything by itself, and that knows no host but this one. */
export function startChromium(executablePath: string): Promise<Browser> {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const alone = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';
  const asRoot = process.geteuid?.() === 0 ? ['--no-sandbox'] : []; // root has no sandbox
  const args = [...quiet, ...asRoot, alone, '--disable-gpu', '--disable-quic'];
  return chromium.launch({ executablePath, args });
}
