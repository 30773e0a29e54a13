// Apollo Server with subscriptions as in its documentation: Express, graphql-ws on ws, the PubSub of
// graphql-subscriptions, a topic for each room.
import { PubSub } from 'graphql-subscriptions';
import { serveApollo } from '../../apollo.js';
import { publishFromInput } from './control.js';
import { newMessage, typeDefs } from './message.js';

const pubsub = new PubSub();
const resolvers = {
  Query: { version: () => '1' },
  Subscription: {
    messageAdded: { subscribe: (_root, { roomId }) => pubsub.asyncIterableIterator([`MESSAGE_ADDED.${roomId}`]) },
  },
};

publishFromInput((room, text) => {
  pubsub.publish(`MESSAGE_ADDED.${room}`, { messageAdded: { message: newMessage(text) } });
});
await serveApollo({ typeDefs, resolvers });
