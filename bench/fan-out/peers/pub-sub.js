import { PubSub } from 'graphql-subscriptions';
import { publishFromInput } from './control.js';
import { newMessage } from './message.js';

const pubsub = new PubSub();

/** Subscriptions on the PubSub of graphql-subscriptions, with a topic for each room, as its documentation shows them. */
export const resolvers = {
  Query: { version: () => '1' },
  Subscription: {
    messageAdded: { subscribe: (_root, { roomId }) => pubsub.asyncIterableIterator([`MESSAGE_ADDED.${roomId}`]) },
  },
};

publishFromInput((room, text) => {
  pubsub.publish(`MESSAGE_ADDED.${room}`, { messageAdded: { message: newMessage(text) } });
});
