// Mercurius with subscriptions as in its documentation: its own pubsub, a topic for each room.
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { publishFromInput } from './control.js';
import { newMessage, typeDefs } from './message.js';

const app = Fastify();
app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    Query: { version: () => '1' },
    Subscription: {
      messageAdded: { subscribe: (_root, { roomId }, { pubsub }) => pubsub.subscribe(`MESSAGE_ADDED.${roomId}`) },
    },
  },
  subscription: true,
});

publishFromInput((room, text) => {
  app.graphql.pubsub.publish({
    topic: `MESSAGE_ADDED.${room}`,
    payload: { messageAdded: { message: newMessage(text) } },
  });
});
await app.listen({ port: 0, host: '127.0.0.1', backlog: 65_535 });
console.log(`ready ${app.server.address().port}`);
