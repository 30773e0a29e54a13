import { EventEmitter, on } from 'node:events';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

/** What the tests need from a GraphQL client; each client has its own implementation. */
export interface ChatClient {
  /** Queries and mutations. Rejects with the first of the answer's `errors`; their `extensions` are kept. */
  ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;
  /** What a subscription brings; it begins with the first `next()` and ends with `return()`. */
  follow<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): AsyncGenerator<Data>;
  close(): Promise<void>;
}

/** Makes a client of a server at a GraphQL address; anonymous without a token. */
export type Connect = (url: string, token?: string) => ChatClient;

interface Sink<Value> {
  next: (value: Value) => void;
  error: (error: unknown) => void;
}

/** Returns pushed values one by one, as the consumer asks for them. `start` returns a function that stops the source. */
export async function* pulled<Value>(start: (sink: Sink<Value>) => () => void): AsyncGenerator<Value> {
  const pushed = new EventEmitter();
  const values = on(pushed, 'value');
  const stop = start({
    next: (value) => pushed.emit('value', value),
    error: (error) => pushed.emit('error', error),
  });
  try {
    for await (const [value] of values) yield value as Value;
  } finally {
    stop();
  }
}
