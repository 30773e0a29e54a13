// Runs the benchmark of a folder: `node bench/run.js fan-out --quick`. Installs the peers first if they are missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const [name = '', ...options] = process.argv.slice(2);
const program = join(here, name, 'run.js');

if (!name || !existsSync(program)) {
  console.error('Usage: node bench/run.js fan-out|send|crowd|history|presence|browser|attacks [--help]');
  process.exit(2);
}
if (!existsSync(join(here, 'node_modules'))) run('npm', ['ci', '--prefix', here, '--no-audit', '--no-fund']);
run(process.execPath, [program, ...options]);

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}
