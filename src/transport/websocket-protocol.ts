import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import { CloseCode, makeServer, type Server, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import type { Counter } from 'prom-client';
import { ChatError, endedMeanwhile, isFault } from '../base/errors.ts';
import { executeAffordable, isMutation } from '../execution/execute-operation.ts';
import { requireAffordable } from '../execution/limited.ts';
import type { Mask } from '../execution/masking.ts';
import type { Preparation } from '../execution/preparation.ts';
import type { ContextFor } from '../sessions/context-for.ts';
import { type Sharing, subscribeLive } from '../sharing/subscribe-live.ts';
import { acknowledgementOf } from './acknowledgement.ts';
import { type Connection, type ConnectionProtocol, faultCode } from './connection.ts';
import { ChaosRefused, operationContext, signIn } from './connection-sign-in.ts';
import { sinksOf } from './sinks.ts';
import { withoutStatus } from './status-codes.ts';
import type { UnreadBytes } from './unread-bytes.ts';
import { unwanted } from './unwanted.ts';

export interface ProtocolOptions {
  prepare: Preparation;
  contextFor: ContextFor;
  mask: Mask;
  sharing: Sharing;
  unread: UnreadBytes;
  /** Counts faults that clients ask for; null if they may not. */
  faults: Counter<'fault'> | null;
}

/** How long a new connection has to send connection_init. */
const initMs = 10_000;

type Operations = ServerOptions<Record<string, unknown>, Connection>;
/** The arguments of `subscribe`, with the connection and the operation id to which the results go. */
type LiveArguments = ExecutionArgs & { connection: Connection; operationId: string };

/** Returns the protocol of a connection: graphql-ws, with our way to execute operations. */
export function graphqlProtocol(options: ProtocolOptions): Server<Connection> {
  const { mask, contextFor, faults } = options;
  const operations: Operations = {
    connectionInitWaitTimeout: initMs,
    onConnect: async (protocol) => {
      try {
        return acknowledgementOf(await signIn(protocol, { contextFor, faults }));
      } catch (error) {
        if (error instanceof ChaosRefused) protocol.extra.close(CloseCode.BadRequest, error.message);
        else if (!(error instanceof ChatError)) throw error;
        // After 4403, clients sign in again; here they try the same token again.
        if (isFault(error)) protocol.extra.close(faultCode, 'Try again later');
        return false;
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
      const sinks = sinksOf(connection.outbox, operationId);
      const results = await subscribeLive(args, connection.chaos?.through(sinks) ?? sinks, options.sharing);
      connection.wentLive(operationId);
      return results;
    },
    onNext: ({ extra: connection }, _id, _payload, args, result) => {
      // The session has ended during the query, which may have read something newer.
      if (!connection.isOpen && !isMutation(args)) return { errors: [mask(endedMeanwhile())] };
      return result.errors && { ...result, errors: result.errors.map((error) => mask(error)) };
    },
    onError: (_protocol, _id, _payload, errors) =>
      errors[0] === unwanted ? undefined : errors.map((error) => withoutStatus(mask(error))),
  };
  return makeServer(operations);
}

interface Asked {
  operationId: string;
  payload: SubscribePayload;
}

/** Waits for the operation's turn and returns its arguments, or the errors for which it cannot be executed. */
async function argumentsOf(
  { extra: connection, subscriptions }: ConnectionProtocol,
  { operationId, payload }: Asked,
  { prepare, contextFor }: ProtocolOptions,
): Promise<LiveArguments | GraphQLError[]> {
  const prepared = prepare(payload.query, () => connection.rest());
  // graphql-ws keeps the payload as long as the operation runs. All connections share the document.
  Object.assign(payload, { query: '' });
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
  const variableValues = payload.variables;
  const args = { schema, document, operationName, variableValues, contextValue, connection, operationId };
  const cost = requireAffordable(args);
  // Starting a subscription sends nothing yet; each of its results waits for room by itself.
  const turn = connection.executions.enter(operationId, operation.operation === 'subscription' ? 1 : cost);
  if (turn) await turn;
  // During the wait, the client may have ended the operation, or its session may have ended. Nothing is sent to it then.
  if (!connection.isOpen || !(operationId in subscriptions)) return [unwanted];
  return args;
}
