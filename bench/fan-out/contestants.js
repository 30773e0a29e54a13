import { jsonDialect, socketIoDialect } from '../caller.js';
import { peer } from './peer.js';
import { startNats } from './peers/nats.js';
import { startParley } from './peers/parley.js';
import { engineIo, engineIoPath } from './protocols/engine-io.js';
import { graphqlTransportWs } from './protocols/graphql-transport-ws.js';
import { plain } from './protocols/plain.js';
import { Acknowledged } from './recovery/acknowledged.js';
import { ConnectionState } from './recovery/connection-state.js';
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
 * @property {Recovery} [recovery] for the scenario `cut`
 */

/**
 * @typedef {object} Storing
 * @property {() => Promise<void>} acknowledged resolves when all published messages are acknowledged
 * @property {string} unheardRoom a room without subscribers
 */

/**
 * How readers come back after their connections were cut.
 * @typedef {object} Recovery
 * @property {boolean} replays whether the server sends what a reader has missed
 * @property {(room: string, index: number) => ReaderState} readerOf
 * @property {() => Promise<number | null>} [replayStatements] number of SQL statements for replays so far; null if unknown
 */

/**
 * What a reader knows between its connections.
 * @typedef {object} ReaderState
 * @property {boolean} isBack whether the server has accepted the subscription since the last `protocol`
 * @property {() => import('../connection.js').Protocol} protocol returns that of the next connection
 * @property {(message: Buffer) => string | undefined} take reads a delivery; returns what is wrong with it
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
  'socket-io-recovery': {
    title: 'Socket.IO, connection state recovery',
    scenarios: ['cut'],
    start: peer('socket-io-recovery.js', engineIo, { replays: true, readerOf: (room) => new ConnectionState(room) }),
  },
  'graphql-ws': {
    title: 'graphql-ws, replays nothing',
    scenarios: ['cut'],
    start: peer('graphql-ws.js', graphqlOfRoom, { replays: false, readerOf: (room) => new Acknowledged(room) }),
  },
  nats: { title: 'NATS, in Go', scenarios: all, program: 'nats-server', start: startNats },
  mercurius: {
    title: 'Mercurius',
    scenarios: all,
    start: peer('mercurius.js', graphqlOfRoom),
  },
  apollo: {
    title: 'Apollo Server, graphql-ws',
    scenarios: all,
    start: peer('apollo.js', graphqlOfRoom),
  },
};

/** @param {{ room: string }} subscription */
function graphqlOfRoom({ room }) {
  return graphqlTransportWs({ path: '/graphql', variables: { roomId: room } });
}
