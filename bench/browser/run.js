// Measures the page in Chromium, on the built server: see bench/README.md.
// `node bench/run.js browser [--parley file] [--only a,b]`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { Api } from '../parley.js';
import { openPlace } from '../presence/place.js';
import { findProgram } from '../programs.js';
import { scenarios } from './scenarios.js';

const { values } = parseArgs({
  options: {
    parley: { type: 'string', default: resolve(import.meta.dirname, '../../dist/src/main.js') },
    only: { type: 'string' },
    people: { type: 'string', default: '5000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  const options = '[--only a,b] [--people 5000] [--parley file]';
  console.log(`Usage: npm run bench:browser -- ${options}\n\nScenarios: ${Object.keys(scenarios).join(', ')}`);
  process.exit(0);
}
const only = values.only?.split(',');
const executablePath = process.env.CHROMIUM ?? findProgram('chromium') ?? undefined;
const dataDir = mkdtempSync(join(tmpdir(), 'bench-browser-'));
const place = await openPlace({ parley: values.parley, dataDir, people: Number(values.people), rooms: 1 });
const sandbox = process.geteuid?.() === 0 ? ['--no-sandbox'] : []; // root has none
const browser = await chromium.launch({ executablePath, args: [...sandbox, '--disable-gpu'] });

try {
  console.log('| scenario | measured | limit |\n| --- | ---: | ---: |');
  for (const [name, { title, limit, measure }] of Object.entries(scenarios)) {
    if (only && !only.includes(name)) continue;
    const measured = await measure({ place, browser, api: new Api(place.port) });
    console.log(`| ${title} | ${measured} | ${limit} |`);
  }
} finally {
  await browser.close();
  await place.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
process.exit(0);
