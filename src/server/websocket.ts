import type { Server } from 'node:http';
import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import { CloseCode, type Context as ConnectionContext, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { Context } from '../context.ts';
import { ChatError } from '../errors.ts';
import { acceptedLanguages } from '../language.ts';
import { limits } from '../limits.ts';
import type { Credentials } from '../sessions/authenticate.ts';
import { executeOperation, subscribeOperation } from './execution.ts';
import { bearerToken, graphqlPath } from './http.ts';
import type { Mask } from './masking.ts';
import type { Preparation } from './preparation.ts';

interface ConnectionExtra extends Extra {
  credentials: Credentials;
  context: Context;
}

type Connection = ConnectionContext<Record<string, unknown>, ConnectionExtra>;

export interface WebSocketOptions {
  http: Server;
  prepare: Preparation;
  /** Throws UNAUTHENTICATED. */
  contextFor: (credentials: Credentials) => Promise<Context>;
  mask: Mask;
  log: Logger;
}

export interface WebSockets {
  /** Closes the connections of a session with 4403. */
  endSession(sessionId: string): void;
  close(): Promise<void>;
}

/** How often a connection is pinged; one that does not answer in as long again is taken for dead. */
const keepAliveMs = 12_000;

/** GraphQL over WebSocket (graphql-transport-ws) at the same path as HTTP. */
export function openWebSockets({ http, prepare, contextFor, mask, log }: WebSocketOptions): WebSockets {
  const server = new WebSocketServer({
    server: http,
    path: graphqlPath,
    maxPayload: limits.requestBytes,
    perMessageDeflate: false,
  });
  const bySession = new Map<string, Set<Connection>>();

  const operations: ServerOptions<Record<string, unknown>, ConnectionExtra> = {
    connectionInitWaitTimeout: 10_000,
    onConnect: async (connection) => {
      try {
        await open(connection);
        return true;
      } catch (error) {
        if (error instanceof ChatError) return false;
        throw error;
      }
    },
    onSubscribe: async (connection, id, payload) => {
      try {
        const tooMany = Object.keys(connection.subscriptions).length > limits.subscriptionsPerConnection;
        if (tooMany) throw new ChatError('RATE_LIMITED', 'Too many operations are under way on this connection.');
        return await argumentsOf(connection, payload);
      } catch (error) {
        log.debug({ err: error, id }, 'operation refused');
        return [mask(error)];
      }
    },
    execute: (args) => executeOperation(args),
    subscribe: (args) => subscribeOperation(args),
    onNext: (_connection, _id, _payload, _args, result) =>
      result.errors ? { ...result, errors: result.errors.map((error) => mask(error)) } : result,
    onError: (_connection, _id, _payload, errors) => errors.map((error) => mask(error)),
    onDisconnect: ({ extra }) => {
      const sessionId = extra.context?.viewer?.sessionId;
      if (sessionId) forget(sessionId);
    },
  };

  async function open(connection: Connection): Promise<void> {
    const { extra, connectionParams = {} } = connection;
    const { token, language } = connectionParams;
    const languages = acceptedLanguages(extra.request.headers['accept-language']);
    extra.credentials = {
      token: typeof token === 'string' ? token : bearerToken(connectionParams.Authorization),
      languages: typeof language === 'string' ? [language, ...languages] : languages,
    };
    extra.context = await contextFor(extra.credentials);
    const sessionId = extra.context.viewer?.sessionId;
    if (sessionId) bySession.set(sessionId, (bySession.get(sessionId) ?? new Set()).add(connection));
  }

  function forget(sessionId: string): void {
    const open = [...(bySession.get(sessionId) ?? [])].filter(({ extra }) => extra.socket.readyState === 1);
    if (open.length > 0) bySession.set(sessionId, new Set(open));
    else bySession.delete(sessionId);
  }

  async function argumentsOf(
    { extra }: Connection,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | GraphQLError[]> {
    const prepared = prepare(payload.query);
    if ('errors' in prepared) return [...prepared.errors];
    const { schema, document } = prepared;
    const operationName = payload.operationName ?? undefined;
    if (!getOperationAST(document, operationName)) {
      return [new GraphQLError(`Unknown operation named "${operationName}".`)];
    }
    const contextValue = await contextOf(extra, payload);
    return { schema, document, operationName, variableValues: payload.variables, contextValue };
  }

  /** A context of its own for each operation, as loaders are keyed by it. GraphiQL signs each operation in by itself. */
  async function contextOf({ context, credentials }: ConnectionExtra, { extensions }: SubscribePayload) {
    const headers = extensions?.headers as Record<string, unknown> | undefined;
    const token = bearerToken(headers?.Authorization ?? headers?.authorization);
    return token && token !== credentials.token ? contextFor({ ...credentials, token }) : { ...context };
  }

  const serving = useServer<Record<string, unknown>, Partial<ConnectionExtra>>(
    operations as never,
    server,
    keepAliveMs,
  );
  server.on('error', (error) => log.error({ err: error }, 'WebSocket server'));

  return {
    endSession: (sessionId) => {
      for (const { extra } of bySession.get(sessionId) ?? []) extra.socket.close(CloseCode.Forbidden, 'Session ended');
    },
    close: async () => {
      await serving.dispose();
    },
  };
}
