import type { SubscribePayload } from 'graphql-ws';
import type { Counter } from 'prom-client';
import { ChatError, forbidden, unauthenticated } from '../base/errors.ts';
import { acceptedLanguages } from '../base/language.ts';
import { type Context, renewed, type Viewer } from '../graphql/context.ts';
import { trackConnection } from '../presence/track-connection.ts';
import type { Credentials } from '../sessions/authenticate.ts';
import type { ContextFor } from '../sessions/context-for.ts';
import { bearerToken, onlyToken, plainToken } from '../sessions/credentials.ts';
import { deviceIdMaxLength } from '../sessions/device-id.ts';
import { Chaos } from './chaos.ts';
import { chaosSettings } from './chaos-settings.ts';
import type { Connection, ConnectionProtocol } from './connection.ts';

const forbiddenCode = 4403;
/** The most characters of a language; a longer one is ignored. */
const languageMaxLength = 35;
/** How many users one connection may sign in. GraphiQL, which signs in each operation by itself, has a few. */
const usersPerConnection = 20;

interface SignInOptions {
  contextFor: ContextFor;
  /** Counts faults that clients ask for; null if they may not. */
  faults: Counter<'fault'> | null;
}

/** The client asked for faults in a wrong way. The message says in which. */
export class ChaosRefused extends Error {}

/** Signs a connection in with the payload of its connection_init, and returns its context. Throws UNAUTHENTICATED, ChaosRefused. */
export async function signIn(protocol: ConnectionProtocol, { contextFor, faults }: SignInOptions): Promise<Context> {
  const { extra: connection, connectionParams = {} } = protocol;
  // graphql-ws would keep the payload as long as the connection is open, and it may be large.
  Object.assign(protocol, { connectionParams: undefined });
  if (connectionParams.chaos != null) connection.chaos = chaosOn(connection, connectionParams.chaos, faults);
  connection.credentials = credentialsOf(connectionParams, connection.acceptLanguage);
  const context = await contextOn(connection, contextFor, connection.credentials);
  if (context.viewer) connection.chaos?.shortenToken(context.viewer);
  const renewConnection = (token: string) => inOrder(connection, () => renew(connection, { token, contextFor }));
  connection.context = { ...context, renewConnection };
  if (context.viewer) connection.onClose(endWithSession(connection, context, context.viewer));
  return context;
}

function chaosOn(connection: Connection, given: unknown, faults: Counter<'fault'> | null): Chaos {
  if (!faults) throw new ChaosRefused('chaos: the server runs without CHAOS=on');
  const settings = chaosSettings(given);
  if (typeof settings === 'string') throw new ChaosRefused(settings);
  return new Chaos({ connection, settings, faults });
}

/** Renews after the renewals that were sent before, so that the token which was sent last stays. */
function inOrder<Result>(connection: Connection, work: () => Promise<Result>): Promise<Result> {
  const result = connection.renewal.then(work);
  connection.renewal = result.catch(() => {});
  return result;
}

interface Renewal {
  token: string;
  contextFor: ContextFor;
}

/** Replaces the credentials of a connection; everything on it continues. Returns when the new token ends. */
async function renew(connection: Connection, { token, contextFor }: Renewal): Promise<Date | null> {
  const credentials = { ...connection.credentials, token: plainToken(token) };
  const { viewer: next, language } = await contextFor({ ...credentials, isRenewal: true });
  const { context } = connection;
  if (!context?.viewer || !next || !connection.isOpen) throw unauthenticated('The connection was closed.');
  if (next.userId !== context.viewer.userId) {
    throw forbidden('The token is of another user: open a connection for that user.', ['token']);
  }
  context.services.sessions.ends.renew(context.viewer, next);
  connection.credentials = credentials;
  connection.context = { ...context, language };
  return next.expiresAt;
}

/**
 * Returns a new context for an operation; a promise only if the operation signs in by itself, as those of GraphiQL do.
 */
export function operationContext(
  connection: Connection,
  { extensions }: SubscribePayload,
  contextFor: ContextFor,
): Context | Promise<Context> {
  const { context, credentials } = connection;
  if (!context || !credentials) throw new Error('An operation came before the connection was initialised');
  const headers = extensions?.headers as Record<string, unknown> | null | undefined;
  const token = headers ? onlyToken(bearerToken(headers.Authorization), bearerToken(headers.authorization)) : null;
  if (!token || token === credentials.token) return renewed(context);
  return contextOn(connection, contextFor, { ...credentials, token });
}

function credentialsOf(params: Record<string, unknown>, acceptLanguage: string | undefined): Credentials {
  const { token, Authorization, authorization, deviceId, language } = params;
  const languages = acceptedLanguages(acceptLanguage);
  return {
    token: onlyToken(plainToken(token), bearerToken(Authorization), bearerToken(authorization)),
    deviceId: isShort(deviceId, deviceIdMaxLength) ? deviceId : null,
    languages: isShort(language, languageMaxLength) ? [language, ...languages] : languages,
  };
}

function isShort(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}

/** Returns a context whose operations end with the connection, and whose user is online while it is open. */
async function contextOn(connection: Connection, contextFor: ContextFor, credentials: Credentials): Promise<Context> {
  const { users } = connection;
  const { chaos } = connection;
  const context: Context = {
    ...(await contextFor(credentials)),
    isOver: () => !connection.isOpen,
    ...(chaos && { losesCursor: () => chaos.losesCursor() }),
  };
  const { viewer, services } = context;
  if (!viewer || users.includes(viewer.userId)) return context;
  if (users.length >= usersPerConnection) {
    throw new ChatError('RATE_LIMITED', 'Too many users have signed in on this connection.');
  }
  users.push(viewer.userId);
  connection.onClose(trackConnection(services.presence, viewer.userId));
  return context;
}

/** Closes the connection when the session ends. Returns a function that stops waiting for that. */
function endWithSession(connection: Connection, { services }: Context, viewer: Viewer): () => void {
  return services.sessions.ends.watch(viewer, () => {
    // The operations of the session end first: their last results tell the client why.
    connection.closeAfterLastResults(forbiddenCode, 'Session ended');
  });
}
