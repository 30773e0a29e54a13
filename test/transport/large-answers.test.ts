import { afterAll, expect, test } from '@jest/globals';
import { createSchema, createYoga } from 'graphql-yoga';
import type { Context } from '../../src/graphql/context.ts';
import { largeAnswersAsBytes } from '../../src/transport/large-answers.ts';
import type { NodeContext } from '../../src/transport/node-context.ts';
import { openHttp } from '../support/http-server.ts';
import { otherEnd } from '../support/other-end.ts';
import { RawConnection } from '../support/raw-http.ts';
import { until } from '../support/until.ts';

const characters = 10_000_000;
const schema = createSchema<NodeContext & Context>({
  typeDefs: 'type Query { umlauts(characters: Int!): String! }',
  resolvers: {
    Query: { umlauts: (_root, args: { characters: number }) => 'ü'.repeat(args.characters) },
  },
});
const yoga = createYoga<NodeContext, Context>({ schema, plugins: [largeAnswersAsBytes], logging: false });
const server = await openHttp({ operations: yoga });
afterAll(() => server.connections.drain(0));

const pathOf = (count: number) => `/graphql?query=${encodeURIComponent(`{ umlauts(characters: ${count}) }`)}`;

test('a large answer is kept for its peer as bytes alone', async () => {
  const peer = await RawConnection.openDeaf(server.url);
  peer.send(`GET ${pathOf(characters)} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n`);
  await until(() => otherEnd(peer.socket).writableLength > 0);

  // Of a text, Node.js would count the characters.
  expect(otherEnd(peer.socket).writableLength).toBeGreaterThan(2 * characters);
  peer.socket.destroy();
});

test.each([1, 65_536, 1_000_000])(
  'an answer of %d characters arrives whole, with its type and length',
  async (count) => {
    const answer = await fetch(new URL(pathOf(count), server.url), { headers: { accept: 'application/json' } });
    const text = await answer.text();

    expect(JSON.parse(text)).toEqual({ data: { umlauts: 'ü'.repeat(count) } });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(Number(answer.headers.get('content-length'))).toBe(Buffer.byteLength(text));
  },
);
