// Apollo Server with subscriptions as in its documentation: Express, graphql-ws on ws, the PubSub of
// graphql-subscriptions.
import { serveApollo } from '../../apollo.js';
import { typeDefs } from './message.js';
import { resolvers } from './pub-sub.js';

await serveApollo({ typeDefs, resolvers });
