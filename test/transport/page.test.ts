import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openHttp } from '../support/http-server.ts';

let server: Awaited<ReturnType<typeof openHttp>>;
let html: string;
beforeAll(async () => {
  server = await openHttp();
  html = await (await get('/')).text();
});
afterAll(async () => {
  server.streams.close();
  await server.connections.drain(0);
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, server.url), { headers });
const digestsOf = (pattern: RegExp) =>
  [...html.matchAll(pattern)].map(([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`);

test.each(['/', '/rooms', '/me', '/r/general', '/c/Um9vbTox', '/?m=3'])('the page is at %s', async (path) => {
  const { status, headers } = await get(path);

  expect(status).toBe(200);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'referrer-policy': 'no-referrer',
  });
});

test.each(['/r/', '/r/a/b', '/index.html', '/assets/', '/manifest.json', '/rooms/1'])(
  '%s leads nowhere',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);

test('its policy allows the script and the style sheet in its HTML, and no others', async () => {
  const policy = (await get('/')).headers.get('content-security-policy');

  expect(policy).toContain(`script-src 'self' ${digestsOf(/<script>(.*?)<\/script>/gs).join(' ')};`);
  expect(policy).toContain(`style-src 'self' ${digestsOf(/<style>(.*?)<\/style>/gs).join(' ')};`);
  expect(policy).toContain("default-src 'none'");
  expect(html).not.toMatch(/\son\w+=|\sstyle=/);
});

test('its files are cached permanently and compressed', async () => {
  const paths = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  expect(paths.length).toBeGreaterThan(1);
  for (const path of paths) {
    const { status, headers } = await get(path, { 'accept-encoding': 'br' });

    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-encoding')).toBe('br');
  }
});
