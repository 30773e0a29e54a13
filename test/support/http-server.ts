import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createSchema, createYoga } from 'graphql-yoga';
import { pino } from 'pino';
import type { Context } from '../../src/context.ts';
import { openMetrics } from '../../src/metrics.ts';
import { EventStreams } from '../../src/server/event-streams.ts';
import { graphiql } from '../../src/server/graphiql.ts';
import { httpServer, type NodeContext } from '../../src/server/http.ts';

/** What is asked of the schema below, and what it tells. */
const typeDefs = /* GraphQL */ `
  type Query { long(characters: Int!): String! }
  type Subscription { ticks(characters: Int!): String! }
`;

const noFigures = {
  feeds: () => 0,
  audiences: () => 0,
  subscribers: () => 0,
  onlineUsers: () => 0,
  busConnected: () => true,
};

/**
 * Our HTTP server on a schema of its own and without a database: `long` answers with so many characters, `ticks` gives as
 * many again and again.
 */
export async function openHttp(options: Partial<Parameters<typeof httpServer>[0]> = {}) {
  const seen = { executed: 0, ticks: 0 };
  const streams = new EventStreams(() => {});
  const longText = ({ characters }: { characters: number }) => 'x'.repeat(characters);
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
          subscribe: async function* (_root: unknown, args: { characters: number }) {
            for (;;) {
              seen.ticks += 1;
              yield { ticks: longText(args) };
              await setImmediate();
            }
          },
        },
      },
    },
  });
  const server = httpServer({
    yoga: createYoga<NodeContext, Context>({ schema, plugins: [streams.plugin], logging: false }),
    graphiql: graphiql(),
    corsOrigins: '*' as const,
    readiness: async () => ({ isReady: true, detail: {} }),
    metrics: openMetrics(noFigures),
    log: pino({ level: 'silent' }),
    ...options,
  });
  server.http.listen(0, '127.0.0.1');
  await once(server.http, 'listening');
  const url = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}/graphql`;
  return { ...server, streams, seen, url };
}
