import { restartMs } from '../base/backoff.ts';
import { createAlarm } from '../base/clock.ts';
import type { Core } from '../base/core.ts';
import { createHeld } from '../base/held.ts';
import { type Store, Value } from '../base/store.ts';
import { onJoined } from '../connection/joined.ts';
import type { TypedDocument } from '../documents.ts';

export interface StateStream<T, D> {
  readonly document: TypedDocument<D, never>;
  readonly variables: Record<string, unknown>;
  readonly initial: T;
  /** Whether the value is worth nothing as soon as the connection is lost. */
  readonly isBrief?: boolean;
  /** Returns the value after a result. `isFirst`: it is the first one of this connection, and replaces the value. */
  readonly reduce: (value: T, data: D, isFirst: boolean) => T;
}

/**
 * Follows a subscription to a current state, which has no cursor: each connection begins with the whole state. If the
 * server refuses or ends it, it is subscribed again when the viewer joins a room, or is another user, and after a while
 * unless that was for want of access.
 */
export function liveState<T, D>(
  core: Core,
  { document, variables, initial, isBrief, reduce }: StateStream<T, D>,
): Store<T> {
  const value = new Value(initial);
  const held = createHeld(core, start);
  core.userChanged.add(held.restart);
  return held.store(value);

  function start(): () => void {
    const again = createAlarm(core.clock);
    let isFirst = true;
    let stop = () => {};
    stop = core.run({
      payload: () => ({ query: document.query, variables }),
      next({ data }) {
        if (!data) return;
        value.set(reduce(value.get(), data as D, isFirst));
        isFirst = false;
      },
      lost() {
        isFirst = true;
        if (isBrief) value.set(initial);
      },
      ended(error) {
        value.set(initial);
        stop = onJoined(core, held.restart);
        if (!/^(BANNED|FORBIDDEN|NOT_FOUND|UNAUTHENTICATED)$/.test(error?.code ?? '')) again(restartMs, held.restart);
      },
    }).end;
    return () => {
      again();
      stop();
      value.set(initial);
    };
  }
}
