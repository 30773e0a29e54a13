// Runs the lint, which checks types too, beside the tests, which leave a part of the CPU idle. Arguments go to jest.
import { spawn } from 'node:child_process';

const onWindows = process.platform === 'win32';
const run = (args, stdio) => spawn('npm', ['run', '-s', ...args], { stdio, shell: onWindows });
const exitOf = (child) => new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));

const lint = run(['lint'], ['ignore', 'pipe', 'pipe']);
const printed = [];
for (const stream of [lint.stdout, lint.stderr]) stream.on('data', (chunk) => printed.push(chunk));
const tests = run(['jest', '--', ...process.argv.slice(2)], 'inherit');

const [faults, failures] = await Promise.all([exitOf(lint), exitOf(tests)]);
process.exitCode = failures || faults;
// After the tests, where it is seen.
if (faults !== 0) process.stderr.write(`\nnpm run lint failed:\n${Buffer.concat(printed).toString()}\n`);
