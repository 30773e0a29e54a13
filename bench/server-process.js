import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { onCore } from './cores.js';

const readyWithinMs = 60_000;
const stopWithinMs = 10_000;
const keptOutputChars = 4000;

/**
 * Starts a program on a core and resolves when a line of its output matches `ready`.
 * @param {object} options
 * @param {string} [options.program] by default Node.js
 * @param {string[]} options.args
 * @param {number | null | undefined} options.core null for any core
 * @param {NodeJS.ProcessEnv} [options.env] added to the environment of this process
 * @param {RegExp} options.ready
 */
export async function startServer({ program, args, core, env = {}, ready }) {
  const [command, commandArgs] = onCore(core, args, program);
  const child = spawn(command, commandArgs, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  child.stdin.on('error', () => {}); // the process has ended, which `hasEnded` shows
  let output = '';
  /** @type {(match: RegExpExecArray) => void} */
  let found = () => {};
  const listening = new Promise((resolve) => {
    found = resolve;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output = (output + chunk).slice(-keptOutputChars);
      const match = ready.exec(output);
      if (match) found(match);
    });
  }
  const ended = once(child, 'exit').then(([code, signal]) => `the server ended (${signal ?? code}): ${output.trim()}`);
  let hasEnded = false;
  ended.then(() => {
    hasEnded = true;
  });

  const stop = async () => {
    if (hasEnded) return;
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(stopWithinMs, null, { ref: false })]);
    if (!hasEnded) child.kill('SIGKILL');
    await ended;
  };
  const match = await Promise.race([
    listening,
    ended,
    sleep(readyWithinMs, `the server is not ready: ${output}`, { ref: false }),
  ]);
  if (typeof match === 'string') {
    await stop();
    throw new Error(match);
  }
  return {
    pid: /** @type {number} */ (child.pid),
    input: child.stdin,
    match: /** @type {RegExpExecArray} */ (match),
    ended,
    stop,
  };
}
