import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type ExecutionResult, print } from 'graphql';
import type { Person } from './person.ts';

/**
 * Subscribes over Server-Sent Events (the `graphql-sse` protocol in distinct connections mode). The iterator ends when
 * the server ends the stream. Its `return` closes the connection, also while `next` waits.
 */
export function listen<Data, Variables>(
  person: Person,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): AsyncIterator<ExecutionResult<Data>> {
  const hangUp = new AbortController();
  const body = JSON.stringify({ query: print(document), variables });
  const results = resultsOf<Data>(person, body, hangUp.signal);
  return {
    next: () => results.next(),
    return: async () => {
      hangUp.abort();
      return { value: undefined, done: true };
    },
  };
}

async function* resultsOf<Data>(person: Person, body: string, signal: AbortSignal) {
  for await (const { event, data } of postStream(person, body, { signal })) {
    if (event === 'complete') return;
    if (event === 'next') yield JSON.parse(data) as ExecutionResult<Data>;
  }
}

/** Requests a stream, and yields its events with their data as text. */
export async function* postStream(
  person: Person,
  body: string | object,
  { headers = {}, signal }: { headers?: Record<string, string>; signal: AbortSignal },
): AsyncGenerator<ServerSentEvent> {
  const response = await fetch(person.url, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${person.token}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal,
  });
  yield* eventsIn(response);
}

export interface ServerSentEvent {
  event: string;
  data: string;
  id: string;
}

/** Parses events as the HTML standard says, as far as GraphQL servers need it. */
async function* eventsIn(response: Response): AsyncGenerator<ServerSentEvent> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks.filter((candidate) => !candidate.startsWith(':'))) {
      yield { event: field(block, 'event'), data: field(block, 'data'), id: field(block, 'id') };
    }
  }
}

function field(block: string, name: string): string {
  const line = block.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}
