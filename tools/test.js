// Runs the type checks and the lint beside the tests, which leave a part of the CPU idle. Arguments go to jest.
import { spawn } from 'node:child_process';

const onWindows = process.platform === 'win32';
const run = (args, stdio) => spawn('npm', ['run', '-s', ...args], { stdio, shell: onWindows });
const exitOf = (child) => new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));

/** Runs a script; returns what it printed if it failed. */
async function faultsOf(script) {
  const child = run([script], ['ignore', 'pipe', 'pipe']);
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
  return (await exitOf(child)) === 0 ? null : `npm run ${script} failed:\n${Buffer.concat(printed).toString()}\n`;
}

const checks = async () => (await faultsOf('typecheck')) ?? (await faultsOf('lint'));
const tests = exitOf(run(['jest', '--', ...process.argv.slice(2)], 'inherit'));
const [faults, code] = await Promise.all([checks(), tests]);
process.exitCode = code;
if (faults !== null) {
  process.stderr.write(`\n${faults}`); // after the tests, where it is seen
  process.exitCode = 1;
}
