import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { closeWithFile } from './left-open.ts';
import { findRedis, type RedisProgram } from './redis-program.ts';

export type TestRedis = {
  url: string;
  port: number;
  /** The process id of the current server. It changes with each `restart`. */
  readonly pid: number;
  /** Ends the server and resolves once it has ended. Does nothing if it already has. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): void;
  /** Starts an empty server on the same port. If the old one still runs, ends it first. */
  restart(): Promise<void>;
};

/**
 * Starts a real Redis (or Valkey) on a free port of this machine, without persistence. Returns null if none is installed; in
 * CI this throws, so that no test is skipped unnoticed. `settings`: arguments of the command line, such as `['--maxmemory', '1mb']`.
 */
export async function startRedis(settings: string[] = []): Promise<TestRedis | null> {
  const program = await findRedis();
  if (program) return onFreePort((port) => startOn(program, { port, settings }));
  const message =
    'No Redis for the tests: install redis-server or valkey-server (Debian: apt-get install redis-server).';
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  return null;
}

interface Place {
  port: number;
  settings: string[];
}

async function startOn(program: RedisProgram, { port, settings }: Place): Promise<TestRedis> {
  let server = await run(program, { port, settings });
  const stop = () => end(server);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return server.pid!;
    },
    stop,
    kill: () => void server.kill('SIGKILL'),
    async restart() {
      await stop();
      server = await run(program, { port, settings });
    },
  };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  await exited;
}

async function run({ path, env }: RedisProgram, { port, settings }: Place): Promise<ChildProcess> {
  const network = ['--port', String(port), '--bind', '127.0.0.1'];
  const server = spawn(path, [...network, '--save', '', '--appendonly', 'no', '--dir', '/tmp', ...settings], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killWithUs = () => server.kill('SIGKILL');
  process.once('exit', killWithUs);
  const forget = closeWithFile(killWithUs);
  server.once('exit', () => {
    process.off('exit', killWithUs);
    forget();
  });
  await untilReady(server);
  return server;
}

async function untilReady(server: ChildProcess): Promise<void> {
  const log: string[] = [];
  const lines = createInterface(server.stdout!);
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      log.push(line);
      if (line.includes('Ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`Redis did not start:\n${log.join('\n')}`)));
  });
  lines.removeAllListeners('line'); // the output is still read: otherwise a server that writes much would block
}

/** Calls `start` with a free port, and again with another one if a program has taken the port in the meantime. */
export async function onFreePort<Started>(start: (port: number) => Promise<Started>): Promise<Started> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === 5 || !String(error).includes('Address already in use')) throw error;
    }
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return address !== null && typeof address === 'object' ? address.port : Promise.reject(new Error('No free port.'));
}
