import type { Core } from './core.ts';
import type { TypedDocument } from './documents.ts';
import { Held } from './held.ts';
import { type Store, Value } from './store.ts';

export interface StateStream<T, D> {
  readonly document: TypedDocument<D, never>;
  readonly variables: Record<string, unknown>;
  readonly initial: T;
  /** Returns the value after a result. `isFirst`: it is the first one of this connection, and replaces the value. */
  reduce(value: T, data: D, isFirst: boolean): T;
}

/** Follows a subscription to a current state, which has no cursor: each connection begins with the whole state. */
export class LiveState<T, D> {
  readonly store: Store<T>;
  readonly held: Held;

  constructor(core: Core, stream: StateStream<T, D>) {
    const value = new Value(stream.initial);
    const start = () => {
      let isFirst = true;
      const running = core.run({
        payload: () => ({ query: stream.document.query, variables: stream.variables }),
        next({ data }) {
          if (!data) return;
          value.set(stream.reduce(value.get(), data as D, isFirst));
          isFirst = false;
        },
        lost() {
          isFirst = true;
        },
        ended: () => {},
      });
      return () => running.end();
    };
    this.held = new Held(core, start);
    this.store = this.held.store(value);
  }
}
