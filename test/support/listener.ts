import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { ExecutionResult } from 'graphql';
import type { Person } from './person.ts';
import { until } from './until.ts';

/** A device that keeps all results of a subscription. */
export class Listener<Data> {
  readonly results: Data[] = [];
  /** Resolves when the server has ended the subscription; rejects if it ended with an error. */
  readonly ended: Promise<void>;
  #isOver = false;
  readonly #source: AsyncIterator<ExecutionResult<Data>>;

  constructor(source: AsyncIterator<ExecutionResult<Data>>) {
    this.#source = source;
    this.ended = this.#read();
    this.ended.catch(() => {}); // tests await `ended` if they need the error
  }

  static of<Data, Variables>(person: Person, document: TypedDocumentNode<Data, Variables>, variables: Variables) {
    return new Listener<Data>(person.follow(document, variables));
  }

  get last(): Data | undefined {
    return this.results.at(-1);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves with the first result, from the index `from` on, for which the function returns true. */
  async heard(isIt: (data: Data) => boolean, from = 0): Promise<Data> {
    let found: Data | undefined;
    await until(() => {
      found = this.results.slice(from).find(isIt);
      return found !== undefined || this.#isOver;
    });
    if (found === undefined) await this.ended;
    if (found === undefined) throw new Error('The subscription ended before');
    return found;
  }

  async hangUp(): Promise<void> {
    await this.#source.return?.();
  }

  async #read(): Promise<void> {
    try {
      for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) {
        const { data, errors } = next.value;
        if (errors?.[0]) throw errors[0];
        this.results.push(data as Data);
      }
    } finally {
      this.#isOver = true;
    }
  }
}
