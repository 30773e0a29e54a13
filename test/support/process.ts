import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { closeWithFile } from './left-open.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** The command that `npm start` runs in a shell, which `exec` replaces by the process. */
const startCommand = scripts.start!.replace(/^exec /, '').split(' ');
/** The command that `npm run seed` runs. */
export const seedCommand = scripts.seed!.split(' && ')[1]!.split(' ');
/** The command that `npm run admin` runs in a shell. */
export const adminCommand = scripts.admin!.replace(/^exec /, '').split(' ');

/** Builds the programs that `npm start`, `npm run seed` and `npm run admin` run, unless they are current. */
export function build(): void {
  const [program, ...args] = scripts.prestart!.split(' ');
  execFileSync(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What it wrote on its standard output and on its error output. */
  output: string;
  errors: string;
}

export interface ParleyProcess {
  /** What it wrote until it was ready. Rejects if it ends before. */
  ready: Promise<string>;
  /** Settles when it has ended and no other process has its output open. */
  exited: Promise<Exit>;
  /**
   * Signals the whole process group, as a terminal does; resolves when it has ended. Sends no signal if it already has.
   */
  end(signal: NodeJS.Signals): Promise<Exit>;
  /** Signals the process alone, and none of its child processes. */
  signal(signal: NodeJS.Signals): void;
}

/** Runs Parley in its own process group. It gets only these environment variables of Parley. */
export function runParley(environment: Record<string, string>, command = startCommand): ParleyProcess {
  const [program, ...args] = command;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(program!, args, {
    env: { PATH, HOME, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const forget = closeWithFile(() => isRunning() && process.kill(-child.pid!, 'SIGKILL'));
  child.once('exit', forget);
  let output = '';
  let errors = '';
  const exited = once(child, 'close').then(([code, signal]): Exit => ({ code, signal, output, errors }));
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('Stop it with')) resolve(output);
    });
    void exited.then(({ code }) => reject(new Error(`It ended with ${code}: ${errors}`)));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  ready.catch(() => {}); // for tests that await `exited` only
  return {
    ready,
    exited,
    async end(signal) {
      if (isRunning()) process.kill(-child.pid!, signal);
      return exited;
    },
    signal: (signal) => void child.kill(signal),
  };
}
