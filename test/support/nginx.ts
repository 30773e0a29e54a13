import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './redis.ts';
import { until } from './until.ts';

/**
 * Returns the path of nginx, from the PATH or a usual folder for programs of root; null if it is missing. In CI, throws
 * instead of returning null, so that no test is skipped unnoticed.
 */
export function findNginx(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path));
  if (found) return found;
  const message = 'No nginx for the tests: install nginx (Debian: apt-get install nginx).';
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  return null;
}

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const untold = 'server { listen 80; location / { proxy_pass http://127.0.0.1:4000; } }';

/**
 * Starts an nginx that forwards everything to `url`, with its default settings or with this configuration. The
 * configuration has the default addresses, such as `listen 80`, which are replaced.
 */
export async function startNginx(
  program: string,
  url: string,
  configuration = untold,
): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-nginx-'));
  const port = await freePort();
  const { origin, pathname } = new URL(url);
  const paths = temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n');
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events {}
    http {
      access_log off;
      ${paths}
      ${configuration.replaceAll('listen 80', `listen 127.0.0.1:${port}`).replaceAll('http://127.0.0.1:4000', origin)}
    }`,
  );
  const server = spawn(program, ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  server.stderr.on('data', (text) => {
    errors += text;
  });
  const exited = once(server, 'exit');
  const killWithUs = () => server.kill('SIGKILL');
  process.once('exit', killWithUs);
  const proxy = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(proxy + pathname).then(
      () => true,
      () => false,
    );
  await until(async () => {
    if (server.exitCode !== null) throw new Error(`nginx did not start: ${errors}`);
    return isUp();
  });
  return {
    url: proxy + pathname,
    stop: async () => {
      server.kill('SIGTERM');
      await exited;
      process.off('exit', killWithUs);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
