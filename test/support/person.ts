import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type ExecutionResult, print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type CreateGuestSessionInput, SignInDocument } from '../generated/graphql.ts';

export interface Answer<Data> {
  data: Data;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
}

/** Sends an operation over HTTP. If `data` is null, `errors` says why. */
export async function ask<Data, Variables>(
  url: string,
  document: TypedDocumentNode<Data, Variables> | string,
  variables?: Variables,
  token?: string,
): Promise<Answer<Data>> {
  const query = typeof document === 'string' ? document : print(document);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer<Data>;
}

/** A user of the server: a guest who is signed in, with one device on HTTP and WebSocket. */
export class Person {
  readonly name: string;
  readonly id: string;
  readonly token: string;
  readonly sessionId: string;
  readonly url: string;
  #socket: Client | null = null;

  private constructor(
    url: string,
    { name, id, token, sessionId }: Record<'name' | 'id' | 'token' | 'sessionId', string>,
  ) {
    this.url = url;
    this.name = name;
    this.id = id;
    this.token = token;
    this.sessionId = sessionId;
  }

  /** Signs a guest in. `device`: id and language of the device, for tests that need them. */
  static async signIn(url: string, name: string, device: Omit<CreateGuestSessionInput, 'displayName'> = {}) {
    const { data } = await ask(url, SignInDocument, { input: { displayName: name, ...device } });
    const { accessToken, user, session } = data.createGuestSession;
    if (!accessToken || !user || !session) throw new Error(`${name} could not sign in`);
    return new Person(url, { name, id: user.id, token: accessToken, sessionId: session.id });
  }

  /** Returns the same user with another token and connection. `sessionId`: the session of the token, if it is another one. */
  withToken(token: string, sessionId = this.sessionId): Person {
    return new Person(this.url, { name: this.name, id: this.id, token, sessionId });
  }

  /** Returns the same user at another node. */
  at(url: string): Person {
    return new Person(url, this);
  }

  /** Sends an operation over HTTP. Throws if the answer has errors. */
  async ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables?: Variables): Promise<Data> {
    const { data, errors } = await this.tryAsk(document, variables);
    if (errors) throw new Error(`${this.name} got: ${errors.map(({ message }) => message).join('; ')}`);
    return data;
  }

  /** Sends an operation over HTTP. Errors are part of the answer. */
  tryAsk<Data, Variables>(document: TypedDocumentNode<Data, Variables> | string, variables?: Variables) {
    return ask(this.url, document, variables, this.token);
  }

  get socket(): Client {
    this.#socket ??= createClient({
      url: this.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { token: this.token },
      retryAttempts: 0,
    });
    return this.#socket;
  }

  /** Subscribes over WebSocket. */
  follow<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncIterableIterator<ExecutionResult<Data>> {
    const payload = { query: print(document), variables: variables as Record<string, unknown> };
    return this.socket.iterate<Data>(payload) as AsyncIterableIterator<ExecutionResult<Data>>;
  }

  async close(): Promise<void> {
    await this.#socket?.dispose();
  }
}

/** People by their first names in lower case: `{ ada, grace }`. */
export type Cast<Name extends string> = Record<Uncapitalize<Name>, Person>;

/** Signs people in by name: `const { ada, grace } = await people(server.url, 'Ada', 'Grace')`. */
export async function people<Name extends string>(url: string, ...names: Name[]): Promise<Cast<Name>> {
  const signedIn = await Promise.all(names.map((name) => Person.signIn(url, name)));
  const keys = names.map((name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`);
  return Object.fromEntries(keys.map((key, index) => [key, signedIn[index]])) as Cast<Name>;
}

/** Returns the next `count` results of a subscription. Throws if one of them is an error. */
export async function take<Data>(results: AsyncIterator<ExecutionResult<Data>>, count: number): Promise<Data[]> {
  const taken: Data[] = [];
  while (taken.length < count) {
    const { value, done } = await results.next();
    if (done) throw new Error(`The subscription ended after ${taken.length} of ${count}`);
    if (value.errors) throw value.errors[0];
    taken.push(value.data as Data);
  }
  return taken;
}
