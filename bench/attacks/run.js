// Measures what hostile clients cost the server: see bench/README.md.
// `node bench/run.js attacks [--parley file] [--only a,b]`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openParley } from '../parley.js';
import { attacks } from './attacks.js';
import { Watch } from './watch.js';

const { values } = parseArgs({
  options: {
    parley: { type: 'string', default: resolve(import.meta.dirname, '../../dist/src/main.js') },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    `Usage: npm run bench:attacks -- [--only a,b] [--parley file]\n\nAttacks: ${Object.keys(attacks).join(', ')}`,
  );
  process.exit(0);
}
const only = values.only?.split(',');
const longestMs = 180_000;

console.log('| attack | slowest /healthz | memory | afterwards | |\n| --- | ---: | ---: | --- | --- |');
for (const [name, { title, attack }] of Object.entries(attacks)) {
  if (only && !only.includes(name)) continue;
  console.log(await measure(title, attack));
}
process.exit(0);

/** A row of the table: one attack on a server of its own. @param {string} title @param {import('./attacks.js').Attack} attack */
async function measure(title, attack) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-attacks-'));
  const server = await openParley({ parley: values.parley, dataDir });
  const watch = new Watch(server);
  try {
    const remark = await withinLimit(attack(server));
    const { slowestMs, grownMegabytes, isAlive } = await watch.end();
    const health = isAlive ? `${slowestMs.toFixed(0)} ms` : '—';
    return `| ${title} | ${health} | +${grownMegabytes.toFixed(0)} MB | ${isAlive ? 'serves' : '**has ended**'} | ${remark} |`;
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** @param {Promise<string>} attack */
async function withinLimit(attack) {
  const limit = new Promise((resolve) => setTimeout(resolve, longestMs, 'stopped after two minutes'));
  return Promise.race([attack.catch((error) => `${error.message.slice(0, 80)}`), limit]);
}
