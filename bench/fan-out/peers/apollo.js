// Apollo Server as its documentation shows subscriptions: Express, graphql-ws on ws, the PubSub of
// graphql-subscriptions, a topic for each room.
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express from 'express';
import { PubSub } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { announce, publishFromInput } from './control.js';
import { newMessage, typeDefs } from './message.js';

const pubsub = new PubSub();
const schema = makeExecutableSchema({
  typeDefs,
  resolvers: {
    Query: { version: () => '1' },
    Subscription: {
      messageAdded: { subscribe: (_root, { roomId }) => pubsub.asyncIterableIterator([`MESSAGE_ADDED.${roomId}`]) },
    },
  },
});

const app = express();
const httpServer = createServer(app);
const wsServer = new WebSocketServer({ server: httpServer, path: '/graphql' });
// The keep-alive only is longer than the default of 12 s: a burst takes the server longer than that, meanwhile it reads no
// pong, and then it would cut off the readers that it had pinged.
const serverCleanup = useServer({ schema }, wsServer, 60_000);
const server = new ApolloServer({
  schema,
  plugins: [
    ApolloServerPluginDrainHttpServer({ httpServer }),
    { serverWillStart: async () => ({ drainServer: async () => void (await serverCleanup.dispose()) }) },
  ],
});
await server.start();
app.use('/graphql', express.json(), expressMiddleware(server));

publishFromInput((room, text) => {
  pubsub.publish(`MESSAGE_ADDED.${room}`, { messageAdded: { message: newMessage(text) } });
});
announce(httpServer);
