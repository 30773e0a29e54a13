import { request as ask } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openHttp } from '../support/http-server.ts';
import { otherEnd } from '../support/other-end.ts';
import { RawConnection } from '../support/raw-http.ts';
import { until } from '../support/until.ts';

let server: Awaited<ReturnType<typeof openHttp>>;
let html: string;
beforeAll(async () => {
  server = await openHttp();
  html = (await get('/graphql')).body.toString();
});
afterAll(async () => {
  server.streams.close();
  await server.connections.drain(0);
});

interface Got {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Sends a request as a browser does, and returns the answer without decoding it. */
function get(path: string, { method = 'GET', ...headers }: Record<string, string> = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = ask(new URL(path, server.url), { method, headers: { accept: 'text/html,*/*', ...headers } });
    asked.once('error', reject).once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.once('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          body: Buffer.concat(chunks),
        });
      });
    });
    asked.end();
  });
}

/** Returns the files that the page loads, and the workers that its script starts. */
async function parts(): Promise<string[]> {
  const own = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => `/${path}`);
  const script = (await get(own.find((path) => path.includes('start.'))!)).body.toString();
  return [...own, ...[...script.matchAll(/"([\w-]+-worker\.[^"]+)"/g)].map(([, name]) => `/graphiql/${name}`)];
}

describe('the page', () => {
  test('is small, and runs scripts of this server alone', async () => {
    const { headers, body } = await get('/graphql');

    expect(body.length).toBeLessThan(2000);
    expect(html).not.toMatch(/<script[^>]*>[^<]|<style|\son\w+=/);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self';"),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  test('is not sent again to a browser that has it', async () => {
    const { headers } = await get('/graphql');

    const again = await get('/graphql', { 'if-none-match': `"other", W/${headers.etag}` });

    expect(again).toMatchObject({ status: 304, headers: { etag: headers.etag } });
    expect(again.body).toHaveLength(0);
  });
});

test('its seven files are cached permanently, compressed for clients that accept it, and equal for all', async () => {
  const paths = await parts();
  expect(paths).toHaveLength(7);
  for (const path of paths) {
    const plain = await get(path);
    const zipped = await get(path, { 'accept-encoding': 'gzip, deflate' });
    const brotli = await get(path, { 'accept-encoding': 'gzip, deflate, br, zstd' });
    const head = await get(path, { method: 'HEAD', 'accept-encoding': 'br' });

    expect([zipped, brotli].map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', 'br']);
    expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(head.body).toHaveLength(0);
    expect({ ...head.headers, date: '' }).toEqual({ ...brotli.headers, date: '' });
    expect(brotli.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': String(brotli.body.length),
      'content-type': expect.stringMatching(/^(text\/(javascript|css); charset=utf-8|image\/x-icon)$/),
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
    });
    expect(new Set([plain, zipped, brotli].map(({ headers }) => headers.etag)).size).toBe(3);
  }
});

test('forty peers that request five megabytes each and read nothing share one buffer', async () => {
  const path = (await parts()).find((one) => /\/graphiql\.[^/]+\.js$/.test(one));
  const { length } = (await get(path!)).body;
  const before = process.memoryUsage().arrayBuffers;

  const peers = await Promise.all(Array.from({ length: 40 }, () => RawConnection.openDeaf(server.url)));
  for (const peer of peers) peer.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(3));
  await until(() => peers.every(({ socket }) => otherEnd(socket).writableLength >= length));

  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * length);
  for (const { socket } of peers) socket.destroy();
});

test.each([
  ['/graphiql/', 404],
  ['/graphiql/manifest.json', 404],
  ['/graphiql/../manifest.json', 404],
  ['/graphiql/%2e%2e%2fpackage.json', 404],
])('%s leads nowhere', async (path, status) => {
  expect((await get(path)).status).toBe(status);
});

test('its files cannot be posted to', async () => {
  const [path] = await parts();

  const { status, headers, body } = await get(path!, { method: 'POST' });
  expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' });
  expect(body.toString()).toContain('GraphQL is at /graphql');
});
