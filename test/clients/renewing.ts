import type { Client } from 'graphql-ws';

const warnings = 'subscription { viewerEvents { ... on SessionExpiring { expiresAt } } }';
const renewal = 'mutation { renewSession { accessToken userErrors { message } } }';
const exchange = `mutation ($token: String!) {
  renewConnection(input: { token: $token }) { userErrors { message } }
}`;

interface Options {
  /** Stores the new token, for `connectionParams` and for HTTP. */
  keep: (token: string) => void;
  /** Returns a new token; by default, from `renewSession`. With an identity provider, ask the provider. */
  newToken?: () => Promise<string>;
}

/**
 * Keeps a client signed in until it is disposed: a minute before its token ends, gets a new one and gives it to the
 * connection. Throws if the user must sign in again.
 */
export async function staySignedIn(
  client: Client,
  { keep, newToken = () => renewSession(client) }: Options,
): Promise<void> {
  for await (const { data } of client.iterate<Warning>({ query: warnings })) {
    if (!data?.viewerEvents.expiresAt) continue;
    const token = await newToken();
    keep(token);
    await change(client, exchange, { token });
  }
}

async function renewSession(client: Client): Promise<string> {
  return (await change(client, renewal)).accessToken!;
}

/** Executes a mutation and returns its payload. */
async function change(client: Client, query: string, variables = {}): Promise<Payload> {
  for await (const { data, errors } of client.iterate<Record<string, Payload>>({ query, variables })) {
    const [payload] = Object.values(data ?? {});
    const failure = errors?.[0] ?? payload?.userErrors[0];
    if (failure) throw new Error(failure.message);
    return payload!;
  }
  throw new Error('The client was disposed');
}

interface Warning {
  viewerEvents: { expiresAt?: string };
}

interface Payload {
  accessToken?: string;
  userErrors: { message: string }[];
}
