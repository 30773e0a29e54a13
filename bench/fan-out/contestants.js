import { jsonDialect, socketIoDialect } from '../caller.js';
import { peer } from './peer.js';
import { startNats } from './peers/nats.js';
import { startParley } from './peers/parley.js';
import { engineIo, engineIoPath } from './protocols/engine-io.js';
import { graphqlTransportWs } from './protocols/graphql-transport-ws.js';
import { plain } from './protocols/plain.js';
import { storingPeer } from './storing-peer.js';

/**
 * @typedef {object} StartOptions
 * @property {number | null | undefined} core
 * @property {number} rooms number of rooms
 * @property {string} parley path of Parley's compiled `main.js`
 * @property {string} dataDir an empty folder for a server that stores messages
 */

/**
 * A running server.
 * @typedef {object} Server
 * @property {number} pid of the Node process that serves
 * @property {number} port
 * @property {string[]} rooms names of the rooms for `subscription` and `publish`
 * @property {(subscription: { room: string, index: number }) => import('../connection.js').Protocol} subscription
 * @property {(room: string, texts: string[]) => void} publish publishes all texts at once, in this order
 * @property {Promise<string>} ended resolves with the last output when the process has ended
 * @property {() => Promise<void>} stop
 * @property {number} [databaseParent] the process that started its database; by default `pid`
 * @property {Storing} [storing] for a server that stores and acknowledges messages
 */

/**
 * @typedef {object} Storing
 * @property {() => Promise<void>} acknowledged resolves when all published messages are acknowledged
 * @property {string} unheardRoom a room without subscribers
 * @property {(reader: { room: string, index: number, after: string | null }) => import('../connection.js').Protocol} resumable
 * @property {() => Promise<number | null>} replayStatements number of SQL statements for replays so far; null if unknown
 */

/**
 * @typedef {object} Contestant
 * @property {string} title
 * @property {string[]} scenarios
 * @property {string} [program] name of a program that must be installed
 * @property {(options: StartOptions) => Promise<Server>} start
 */

const all = ['room', 'rooms', 'idle'];

/** In the order of the tables. @type {Record<string, Contestant>} */
export const contestants = {
  parley: { title: 'Parley', scenarios: [...all, 'slow', 'cut'], start: startParley },
  'raw-ws-prebuilt': {
    title: 'ws, one pre-built frame',
    scenarios: all,
    start: peer('raw-ws-prebuilt.js', plain),
  },
  'ws-pg': {
    title: 'ws, pre-built frame, stores',
    scenarios: ['room', 'rooms'],
    start: storingPeer('ws-pg.js', { subscription: plain, dialect: (user) => jsonDialect(`/?user=${user}`) }),
  },
  'raw-ws': { title: 'ws, `send` to each', scenarios: [...all, 'slow'], start: peer('raw-ws.js', plain) },
  'socket-io': { title: 'Socket.IO', scenarios: [...all, 'slow'], start: peer('socket-io.js', engineIo) },
  'socket-io-pg': {
    title: 'Socket.IO, stores',
    scenarios: ['room', 'rooms'],
    start: storingPeer('socket-io-pg.js', {
      subscription: engineIo,
      dialect: (user) => socketIoDialect({ path: `${engineIoPath}&user=${user}`, event: 'send' }),
    }),
  },
  nats: { title: 'NATS, in Go', scenarios: all, program: 'nats-server', start: startNats },
  mercurius: {
    title: 'Mercurius',
    scenarios: all,
    start: peer('mercurius.js', ({ room }) => graphqlTransportWs({ path: '/graphql', variables: { roomId: room } })),
  },
  apollo: {
    title: 'Apollo Server, graphql-ws',
    scenarios: all,
    start: peer('apollo.js', ({ room }) => graphqlTransportWs({ path: '/graphql', variables: { roomId: room } })),
  },
};
