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
 * Serves a schema as Apollo's documentation shows it: Express for HTTP, graphql-ws on ws for WebSocket. Whoever connects
 * says in `userId` who they are.
 * @param {{ typeDefs: string, resolvers: object }} schema
 */
export async function serveApollo({ typeDefs, resolvers }) {
  const schema = makeExecutableSchema({ typeDefs, resolvers });
  const app = express();
  const httpServer = createServer(app);
  const wsServer = new WebSocketServer({ server: httpServer, path: '/graphql' });
  const context = ({ connectionParams }) => ({ userId: connectionParams?.userId });
  // The keep-alive only is longer than the default of 12 s: a burst takes the server longer than that, meanwhile it reads
  // no pong, and then it would cut off the readers that it had pinged.
  const serverCleanup = useServer({ schema, context }, wsServer, 60_000);
  const server = new ApolloServer({
    schema,
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer }),
      { serverWillStart: async () => ({ drainServer: async () => void (await serverCleanup.dispose()) }) },
    ],
  });
  await server.start();
  app.use('/graphql', express.json(), expressMiddleware(server));
  announce(httpServer);
}
