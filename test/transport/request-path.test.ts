import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { pathReader } from '../../src/transport/request-path.ts';

/** Returns the path and the URL of a request after a request to the usual path, from the same host and from a broken one. */
function read(url: string, host: string | undefined) {
  const pathOf = pathReader('/graphql');
  pathOf({ url: '/graphql', headers: { host: 'chat.example' } } as IncomingMessage);
  const request = { url, headers: { host } } as IncomingMessage;
  return [pathOf(request), request.url];
}

test.each<[string, string | undefined, string | null, string]>([
  ['/graphql', 'chat.example', '/graphql', '/graphql'],
  ['/graphql', 'other.example:4000', '/graphql', '/graphql'],
  ['/graphql', undefined, '/graphql', '/graphql'],
  ['/graphql?query=x#y', 'chat.example', '/graphql', '/graphql?query=x'],
  ['http://chat.example/graphql?a=b', 'chat.example', '/graphql', '/graphql?a=b'],
  ['/a/../graphql', 'chat.example', '/graphql', '/graphql'],
  ['/Graphql', 'chat.example', '/Graphql', '/Graphql'],
])('%s of the host %s has the path %s', (url, host, path, simplified) => {
  expect(read(url, host)).toEqual([path, simplified]);
});

test.each([
  ['/graphql', '['],
  ['/graphql', 'chat.example:99999'],
  ['http://[', 'chat.example'],
])('%s of the host %s has none', (url, host) => {
  expect(read(url, host)[0]).toBeNull();
});
