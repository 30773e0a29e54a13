import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createSchema, createYoga, type Plugin } from 'graphql-yoga';
import { pino } from 'pino';
import { openMetrics } from '../../src/base/metrics.ts';
import type { Context } from '../../src/graphql/context.ts';
import { EventStreams } from '../../src/transport/event-streams.ts';
import { graphiql } from '../../src/transport/graphiql.ts';
import { httpServer } from '../../src/transport/http.ts';
import type { NodeContext } from '../../src/transport/node-context.ts';
import { page } from '../../src/transport/page.ts';

/** The schema of the server below. */
const typeDefs = /* GraphQL */ `
  type Query { long(characters: Int!): String! }
  type Subscription { ticks(characters: Int!): String! }
`;

interface HarnessOptions extends Partial<Parameters<typeof httpServer>[0]> {
  /** How often streams write a comment. */
  pingMs?: number;
  /** What each subscription waits for before it starts. */
  onceSubscribed?: () => Promise<unknown>;
  plugins?: Plugin[];
}

/**
 * Starts our HTTP server with the schema above and without a database. `long` returns a text of this many `characters`,
 * and `ticks` sends such a text again and again.
 */
export async function openHttp({ pingMs, onceSubscribed, plugins = [], ...options }: HarnessOptions = {}) {
  const seen = { executed: 0, subscribed: 0, ticks: 0, ended: 0, faults: [] as unknown[] };
  const longText = ({ characters }: { characters: number }) => 'x'.repeat(characters);
  const streams = new EventStreams((error) => seen.faults.push(error), pingMs);
  /** Returns an endless iterator, which only its `return` ends. */
  const ticks = (args: { characters: number }) => {
    let isOver = false;
    const values: AsyncIterableIterator<{ ticks: string }> = {
      next: async () => {
        await setImmediate();
        if (isOver) return { value: undefined, done: true };
        seen.ticks += 1;
        return { value: { ticks: longText(args) }, done: false };
      },
      return: async () => {
        if (!isOver) seen.ended += 1;
        isOver = true;
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]: () => values,
    };
    return values;
  };
  const schema = createSchema<NodeContext & Context>({
    typeDefs,
    resolvers: {
      Query: {
        long: (_root, args: { characters: number }) => {
          seen.executed += 1;
          return longText(args);
        },
      },
      Subscription: {
        ticks: {
          subscribe: async (_root: unknown, args: { characters: number }) => {
            seen.subscribed += 1;
            await onceSubscribed?.();
            return ticks(args);
          },
        },
      },
    },
  });
  const server = httpServer({
    operations: createYoga<NodeContext, Context>({ schema, plugins: [...plugins, streams.plugin], logging: false }),
    graphiql: graphiql(),
    page: page(),
    corsOrigins: '*' as const,
    readiness: async () => ({ isReady: true, detail: {} }),
    metrics: openMetrics(),
    log: pino({ level: 'silent' }),
    ...options,
  });
  server.http.listen(0, '127.0.0.1');
  await once(server.http, 'listening');
  const url = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}/graphql`;
  return { ...server, streams, seen, url };
}
