import { newBudget } from '../graphql/budget.ts';
import type { Context, Services } from '../graphql/context.ts';
import type { Credentials } from './authenticate.ts';

/** Returns the context of an operation for the caller with these credentials. Throws UNAUTHENTICATED. */
export type ContextFor = (credentials: Credentials) => Promise<Context>;

/** Returns what makes the contexts of all operations. */
export function contextsWith(services: Services): ContextFor {
  return async (credentials) => {
    const { viewer, language } = await services.sessions.authenticate(credentials);
    return {
      services,
      db: services.prisma,
      isSnapshot: false,
      viewer,
      language,
      readerIs: (userId) => userId !== null && userId === viewer?.userId,
      loaded: new Map(),
      budget: newBudget(),
    };
  };
}
