import type { Client } from 'graphql-ws';

/** Options for `createClient`: retry for ever, except after a refused token. By default, graphql-ws soon gives up. */
export const retry = {
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: (reason: unknown) => (reason as { code?: number }).code !== 4403,
};

/** Stores the cursor of each result in the variable `after`: graphql-ws sends the variables again at each reconnect. */
export function resuming(client: Client): Client {
  return {
    ...client,
    subscribe(payload, sink) {
      const variables = { ...payload.variables };
      const subscription: typeof payload = { ...payload, variables };
      return client.subscribe(subscription, {
        next(result: Parameters<typeof sink.next>[0]) {
          const [field] = Object.values<{ cursor?: string } | null>(result.data ?? {});
          if (field?.cursor) variables.after = field.cursor;
          sink.next(result);
        },
        error: (reason) => sink.error(reason),
        complete: () => sink.complete(),
      });
    },
  };
}
