import { type Client, type ClientOptions, createClient } from 'graphql-ws';

/**
 * Creates a client that reconnects until the server refuses the token. It pings the server, and reconnects if nothing
 * arrives for the time `keepAlive` after a ping.
 */
export function createLastingClient({ keepAlive = 10_000, ...options }: ClientOptions): Client {
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const stopWaiting = () => {
    clearTimeout(deadline);
    deadline = undefined;
  };
  const wait = () => {
    stopWaiting();
    deadline = setTimeout(() => client.terminate(), keepAlive);
  };
  const client = createClient({
    keepAlive,
    lazyCloseTimeout: 1000, // else it would reconnect between two operations
    retryAttempts: Number.POSITIVE_INFINITY,
    // Half a second, doubled up to five. The random part keeps the clients of a stopped server apart.
    retryWait: (retries) => pause(Math.min(5000, 500 * 2 ** retries) * (0.5 + Math.random() / 2)),
    shouldRetry: (reason) => (reason as { code?: number }).code !== 4403,
    ...options,
    on: {
      connecting: wait,
      connected: stopWaiting,
      ping: (isReceived) => isReceived || wait(),
      message: () => deadline && wait(), // a pong can be late behind much data
      pong: (isReceived) => isReceived && stopWaiting(),
      closed: stopWaiting,
      error: stopWaiting,
    },
  });
  return client;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

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
