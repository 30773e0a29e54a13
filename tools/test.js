// Runs the type checks and the lint beside the tests, which leave a part of the CPU idle. Arguments go to jest.
import { spawn } from 'node:child_process';

const onWindows = process.platform === 'win32';
const run = (args, stdio) => spawn('npm', ['run', '-s', ...args], { stdio, shell: onWindows });
const exitOf = (child) => new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));

/** Runs a script with what it prints kept together; prints it if the script fails. */
async function check(script) {
  const child = run([script], ['ignore', 'pipe', 'pipe']);
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
  const code = await exitOf(child);
  if (code !== 0) process.stderr.write(`npm run ${script} failed:\n${Buffer.concat(printed).toString()}\n`);
  return code;
}

const checks = async () => (await check('typecheck')) || (await check('lint'));
const tests = exitOf(run(['jest', '--', ...process.argv.slice(2)], 'inherit'));
const [checked, tested] = await Promise.all([checks(), tests]);
process.exitCode = checked || tested;
