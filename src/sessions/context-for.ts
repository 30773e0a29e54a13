import { type Context, newContext, type Services } from '../graphql/context.ts';
import type { Credentials } from './authenticate.ts';

/** Returns the context of an operation for the caller with these credentials. Throws UNAUTHENTICATED. */
export type ContextFor = (credentials: Credentials) => Promise<Context>;

/** Returns a function that creates the context of each operation. */
export function contextsWith(services: Services): ContextFor {
  return async (credentials) => newContext(services, await services.sessions.authenticate(credentials));
}
