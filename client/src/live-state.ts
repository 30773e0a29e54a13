import type { Core, Running } from './core.ts';
import type { TypedDocument } from './documents.ts';
import { createHeld } from './held.ts';
import { type Store, Value } from './store.ts';

export interface StateStream<T, D> {
  readonly document: TypedDocument<D, never>;
  readonly variables: Record<string, unknown>;
  readonly initial: T;
  /** Returns the value after a result. `isFirst`: it is the first one of this connection, and replaces the value. */
  readonly reduce: (value: T, data: D, isFirst: boolean) => T;
}

/**
 * Follows a subscription to a current state, which has no cursor: each connection begins with the whole state. If the
 * server refuses or ends it, it is subscribed again when the viewer joins a room.
 */
export function liveState<T, D>(core: Core, { document, variables, initial, reduce }: StateStream<T, D>): Store<T> {
  const value = new Value(initial);
  const start = () => {
    let running: Running | undefined;
    let isFirst = true;
    let unfollowViewer = () => {};
    const begin = () => {
      unfollowViewer();
      running ??= core.run({
        payload: () => ({ query: document.query, variables }),
        next({ data }) {
          if (!data) return;
          value.set(reduce(value.get(), data as D, isFirst));
          isFirst = false;
        },
        lost() {
          isFirst = true;
        },
        ended() {
          running = undefined;
          isFirst = true;
          value.set(initial);
          // Otherwise nothing may report that the viewer joins.
          unfollowViewer = core.followViewer();
        },
      });
    };
    begin();
    // What the server has refused to others than members.
    const unlisten = core.joined.add(begin);
    return () => {
      unlisten();
      unfollowViewer();
      running?.end();
    };
  };
  return createHeld(core, start).store(value);
}
