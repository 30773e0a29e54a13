import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { type Context, renewed } from '../context.ts';
import { ChatError } from '../errors.ts';
import type { RoomEvent } from '../events.ts';
import { acceptedLanguages } from '../language.ts';
import { limits } from '../limits.ts';
import type { Audiences } from '../live/audiences.ts';
import { bringOnline } from '../presence/bring-online.ts';
import type { Credentials } from '../sessions/authenticate.ts';
import { bearerToken, onlyToken, plainToken } from '../sessions/credentials.ts';
import { type Connection, type ConnectionProtocol, serveConnection } from './connection.ts';
import { executeOperation } from './execution.ts';
import { graphqlPath } from './http.ts';
import { keepAlive } from './keep-alive.ts';
import { type Destination, subscribeLive } from './live-operations.ts';
import type { Mask } from './masking.ts';
import type { Preparation } from './preparation.ts';
import type { Renderings } from './renderings.ts';

export interface WebSocketOptions {
  http: HttpServer;
  prepare: Preparation;
  /** Throws UNAUTHENTICATED. */
  contextFor: (credentials: Credentials) => Promise<Context>;
  mask: Mask;
  log: Logger;
  renderings: Renderings;
  audiences: Audiences<RoomEvent>;
}

/** How long clients have to answer the goodbye of a server that stops. */
const goodbyeMs = 2000;
/** How long a new connection has to send connection_init. */
const initMs = 10_000;

type Operations = ServerOptions<Record<string, unknown>, Connection>;
/** Arguments with where the results go, for `subscribe`. */
type LiveArguments = ExecutionArgs & { destination: Destination };

/** GraphQL over WebSocket (graphql-transport-ws) at the same path as HTTP. Returns what closes it. */
export function openWebSockets(options: WebSocketOptions): { close(): Promise<void> } {
  const { http, mask, log } = options;
  const server = new WebSocketServer({
    server: http,
    path: graphqlPath,
    maxPayload: limits.requestBytes,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const operations: Operations = {
    connectionInitWaitTimeout: initMs,
    onConnect: async (protocol) => {
      try {
        await signIn(protocol, options);
        return true;
      } catch (error) {
        if (error instanceof ChatError) return false;
        throw error;
      }
    },
    onSubscribe: async (protocol, operationId, payload) => {
      try {
        return await argumentsOf(protocol, { operationId, payload }, options);
      } catch (error) {
        return [mask(error)];
      }
    },
    execute: (args) => executeOperation(args),
    subscribe: (args) => subscribeLive(args, (args as LiveArguments).destination, options),
    onNext: (_protocol, _id, _payload, _args, result) =>
      result.errors && { ...result, errors: result.errors.map((error) => mask(error)) },
    onError: (_protocol, _id, _payload, errors) => errors.map((error) => mask(error)),
  };
  const protocol = makeServer(operations);
  server.on('connection', (webSocket, request) => serveConnection(protocol, { webSocket, request, log }));
  server.on('error', (error) => log.error({ err: error }, 'WebSocket server'));
  const stopKeepAlive = keepAlive(server);

  return {
    close: async () => {
      stopKeepAlive();
      const closed = once(server, 'close');
      for (const webSocket of server.clients) webSocket.close(1001, 'Going away');
      server.close();
      const timer = setTimeout(() => {
        for (const webSocket of server.clients) webSocket.terminate();
      }, goodbyeMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

async function signIn(protocol: ConnectionProtocol, { contextFor }: WebSocketOptions): Promise<void> {
  const { extra: connection, connectionParams = {} } = protocol;
  const { token, Authorization, authorization, deviceId, language } = connectionParams;
  const languages = acceptedLanguages(connection.request.headers['accept-language']);
  connection.credentials = {
    token: onlyToken(plainToken(token), bearerToken(Authorization), bearerToken(authorization)),
    deviceId: typeof deviceId === 'string' ? deviceId : null,
    languages: typeof language === 'string' ? [language, ...languages] : languages,
  };
  const context = await contextFor(connection.credentials);
  connection.context = context;
  if (!context.viewer) return;
  welcome(connection, context);
  const unwatch = context.services.sessionEnds.watch(context.viewer.sessionId, () => {
    // After the operations of the session, which end with a word to the client.
    setImmediate(() => connection.close(CloseCode.Forbidden, 'Session ended'));
  });
  // The socket may have been cut meanwhile, and will not tell of it again.
  if (connection.request.socket.destroyed) unwatch();
  else connection.request.socket.once('close', unwatch);
}

/** A user is online while a socket is open that they have signed in on. */
function welcome({ request: { socket }, users }: Connection, { viewer, services }: Context): void {
  if (!viewer || users.has(viewer.userId) || socket.destroyed) return;
  users.add(viewer.userId);
  socket.once('close', bringOnline(services, viewer.userId));
}

interface Asked {
  operationId: string;
  payload: SubscribePayload;
}

async function argumentsOf(
  { extra: connection, subscriptions }: ConnectionProtocol,
  { operationId, payload }: Asked,
  { prepare, contextFor }: WebSocketOptions,
): Promise<LiveArguments | GraphQLError[]> {
  if (Object.keys(subscriptions).length > limits.subscriptionsPerConnection) {
    throw new ChatError('RATE_LIMITED', 'Too many operations are under way on this connection.');
  }
  const prepared = prepare(payload.query);
  if ('errors' in prepared) return [...prepared.errors];
  const { schema, document } = prepared;
  const operationName = payload.operationName ?? undefined;
  if (!getOperationAST(document, operationName)) {
    return [new GraphQLError(operationName ? `Unknown operation "${operationName}".` : 'Name the operation to run.')];
  }
  const contextValue = await contextOf(connection, payload, contextFor);
  const destination = { outbox: connection.outbox, operationId };
  return { schema, document, operationName, variableValues: payload.variables, contextValue, destination };
}

/** A context of its own for each operation. GraphiQL signs each operation in by itself. */
async function contextOf(
  connection: Connection,
  { extensions }: SubscribePayload,
  contextFor: WebSocketOptions['contextFor'],
): Promise<Context> {
  const { context, credentials } = connection;
  if (!context || !credentials) throw new Error('An operation came before the connection was initialised');
  const headers = extensions?.headers as Record<string, unknown> | undefined;
  const token = onlyToken(bearerToken(headers?.Authorization), bearerToken(headers?.authorization));
  if (!token || token === credentials.token) return renewed(context);
  const ownContext = await contextFor({ ...credentials, token });
  welcome(connection, ownContext);
  return ownContext;
}
