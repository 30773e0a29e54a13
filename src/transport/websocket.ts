import type { Server as HttpServer } from 'node:http';
import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import { handleProtocols, makeServer, type Server, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { ChatError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Config } from '../config.ts';
import { executeAffordable } from '../execution/execute-operation.ts';
import { requireAffordable } from '../execution/limited.ts';
import type { Mask } from '../execution/masking.ts';
import type { Preparation } from '../execution/preparation.ts';
import type { Context } from '../graphql/context.ts';
import type { Credentials } from '../sessions/authenticate.ts';
import { type Sharing, subscribeLive } from '../sharing/subscribe-live.ts';
import { closeInSlices } from './close-in-slices.ts';
import { Connection, type ConnectionProtocol, closeTimeoutMs } from './connection.ts';
import { operationContext, signIn } from './connection-sign-in.ts';
import { graphqlPath } from './http.ts';
import { keepAlive } from './keep-alive.ts';
import { sinksOf } from './sinks.ts';
import type { UnreadBytes } from './unread-bytes.ts';
import { acceptUpgrades } from './upgrades.ts';

export interface WebSocketOptions {
  http: HttpServer;
  allowedOrigins: Config['corsOrigins'];
  prepare: Preparation;
  /** Throws UNAUTHENTICATED. */
  contextFor: (credentials: Credentials) => Promise<Context>;
  mask: Mask;
  log: Logger;
  sharing: Sharing;
  unread: UnreadBytes;
}

export interface WebSockets {
  /** Turns away whoever comes from here on. */
  stopAccepting(): void;
  /**
   * Answers what is under way and closes all connections, in slices. Resolves when they are closed, `withinMs` later at the
   * latest: those that have not come to an end by then are cut.
   */
  close(withinMs?: number): Promise<void>;
}

/** How long a new connection has to send connection_init. */
const initMs = 10_000;
/**
 * What one message may be made of, and how many pieces of it may wait for the rest. Each piece costs some hundred bytes
 * besides its own; those of a message of 256 KiB are a few hundred even where networks cut it into the smallest segments.
 */
const pieces = { maxFragments: 256, maxBufferedChunks: 1024 };

/** GraphQL over WebSocket (graphql-transport-ws) at the same path as HTTP. */
export function openWebSockets(options: WebSocketOptions): WebSockets {
  const { http, allowedOrigins, log } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.requestBytes,
    perMessageDeflate: false,
    autoPong: false, // see answerPings
    handleProtocols: (protocols) => handleProtocols(protocols),
    ...pieces,
    ...{ closeTimeout: closeTimeoutMs },
  });
  const protocol = graphqlProtocol(options);
  const connections = new Set<Connection>();
  const heartbeats = keepAlive(log);
  server.on('connection', (webSocket, request) => {
    const connection = new Connection({ webSocket, request, log });
    connections.add(connection);
    connection.onClose(() => connections.delete(connection));
    heartbeats.watch(webSocket, { connection, socket: request.socket });
    connection.serve(protocol);
  });
  server.on('error', (error) => log.error({ err: error }, 'WebSocket server'));
  const stopAccepting = acceptUpgrades(http, { server, path: graphqlPath, allowedOrigins, log });
  return {
    stopAccepting,
    close: async (withinMs = 10_000) => {
      stopAccepting();
      await closeInSlices(connections, withinMs);
      heartbeats.stop();
    },
  };
}

type Operations = ServerOptions<Record<string, unknown>, Connection>;
/** Arguments with the connection and the id that the results go to, for `subscribe`. */
type LiveArguments = ExecutionArgs & { connection: Connection; operationId: string };

/** graphql-ws with our way to execute. */
function graphqlProtocol(options: WebSocketOptions): Server<Connection> {
  const { mask, contextFor } = options;
  const operations: Operations = {
    connectionInitWaitTimeout: initMs,
    onConnect: async (protocol) => {
      try {
        await signIn(protocol, contextFor);
        return true;
      } catch (error) {
        if (error instanceof ChatError) return false;
        throw error;
      }
    },
    onSubscribe: async (protocol, operationId, payload) => {
      let errors: GraphQLError[];
      try {
        const prepared = await argumentsOf(protocol, { operationId, payload }, options);
        if (!Array.isArray(prepared)) return prepared;
        errors = prepared;
      } catch (error) {
        errors = [mask(error)];
      }
      protocol.extra.countUseless();
      return errors;
    },
    execute: options.unread.whenRoom(executeAffordable),
    subscribe: async (args) => {
      const { operationId, connection } = args as LiveArguments;
      const results = await subscribeLive(args, sinksOf(connection.outbox, operationId), options.sharing);
      connection.wentLive(operationId);
      return results;
    },
    onNext: (_protocol, _id, _payload, _args, result) =>
      result.errors && { ...result, errors: result.errors.map((error) => mask(error)) },
    onError: (_protocol, _id, _payload, errors) => errors.map((error) => mask(error)),
  };
  return makeServer(operations);
}

interface Asked {
  operationId: string;
  payload: SubscribePayload;
}

/** What to execute, or what is wrong with it; after waiting for its turn. */
async function argumentsOf(
  { extra: connection, subscriptions }: ConnectionProtocol,
  { operationId, payload }: Asked,
  { prepare, contextFor }: WebSocketOptions,
): Promise<LiveArguments | GraphQLError[]> {
  const prepared = prepare(payload.query, () => connection.rest());
  if ('errors' in prepared) return [...prepared.errors];
  const { schema, document } = prepared;
  const operationName = payload.operationName ?? undefined;
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    return [
      new GraphQLError(
        operationName ? `Unknown operation "${operationName}".` : 'Set `operationName` to the operation to execute.',
      ),
    ];
  }
  const contextValue = await operationContext(connection, payload, contextFor);
  const args = { schema, document, operationName, variableValues: payload.variables, contextValue };
  const cost = requireAffordable(args);
  // To start a subscription makes nothing yet; each of its results asks for room by itself.
  const turn = connection.executions.enter(operationId, operation.operation === 'subscription' ? 1 : cost);
  if (turn) await turn;
  // It may not be wanted any more; what is returned then is sent to nobody.
  if (!connection.isOpen || !(operationId in subscriptions)) return [unwanted];
  return { ...args, connection, operationId };
}

const unwanted = new GraphQLError('The operation ended before it started.');
