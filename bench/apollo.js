import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express from 'express';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { announce } from './announce.js';

/**
 * Serves a schema as Apollo's documentation shows it: Express for HTTP, graphql-ws on ws for WebSocket. Clients
 * name their user in `userId`, over HTTP in the header `Authorization: Bearer`. The server believes them.
 * @param {{ typeDefs: string, resolvers: object }} schema
 */
export async function serveApollo({ typeDefs, resolvers }) {
  const schema = makeExecutableSchema({ typeDefs, resolvers });
  const app = express();
  const httpServer = createServer(app);
  const wsServer = new WebSocketServer({ server: httpServer, path: '/graphql' });
  const context = ({ connectionParams }) => ({ userId: connectionParams?.userId });
  // The default keep-alive of 12 s is too short: a burst takes the server longer. During the burst it reads no pong, and
  // afterwards it would disconnect the readers that it had pinged.
  const serverCleanup = useServer({ schema, context }, wsServer, 60_000);
  const server = new ApolloServer({
    schema,
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer }),
      { serverWillStart: async () => ({ drainServer: async () => void (await serverCleanup.dispose()) }) },
    ],
  });
  await server.start();
  app.use('/graphql', express.json(), expressMiddleware(server, { context: httpContext }));
  announce(httpServer);
}

/** @param {{ req: import('express').Request }} request */
async function httpContext({ req }) {
  return { userId: req.headers.authorization?.slice('Bearer '.length) };
}
