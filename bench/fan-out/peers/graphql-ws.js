// graphql-ws on ws alone, as its documentation shows it: it acknowledges each connection, executes each subscription with
// graphql-js, and keeps nothing of what a reader misses.
import { createServer } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { announce } from '../../announce.js';
import { typeDefs } from './message.js';
import { resolvers } from './pub-sub.js';

const server = createServer();
const schema = makeExecutableSchema({ typeDefs, resolvers });
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }), 60_000);
announce(server);
