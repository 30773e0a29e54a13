import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Context } from '../context.ts';
import type { RoomEvent } from '../events.ts';
import type { Audiences } from '../live/audiences.ts';
import { Member } from '../live/member.ts';
import type { Outbox } from '../live/outbox.ts';
import { Source } from '../live/source.ts';
import { isAsyncIterable, openSource, resultsOf } from './execution.ts';
import type { Renderings } from './renderings.ts';

/** Where the results of a live operation go. */
export interface Destination {
  outbox: Outbox;
  operationId: string;
}

/**
 * Starts a subscription on a WebSocket. One on a feed is served from here on by its audience, straight to the socket, and
 * what is returned only tells graphql-ws when it ends; any other is returned as an iterator of its results.
 */
export async function subscribeLive(
  args: ExecutionArgs,
  destination: Destination,
  { renderings, audiences }: { renderings: Renderings; audiences: Audiences<RoomEvent> },
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const source = await openSource(args);
  if (!isAsyncIterable(source)) return source;
  if (!(source instanceof Source)) return resultsOf(args, source);

  const { feed, reader, endsWhom } = source.options;
  const operation = { args, context: args.contextValue as Context, source };
  return parked((onEnd) => {
    const member = new Member<RoomEvent>({
      ...destination,
      reader,
      company: () => {
        const { key, rendering } = renderings.of(operation);
        return { rendering, join: (joining) => audiences.join(key, joining, { feed, rendering, endsWhom }) };
      },
      onEnd,
    });
    source.onEnd(() => member.end());
    member.goOn();
    return () => {
      member.close();
      source.release();
    };
  });
}

/**
 * An iterator without results, which starts `work` when it is first asked for one and is over when that calls `onEnd`, or
 * when its consumer returns it.
 */
function parked(work: (onEnd: (error?: unknown) => void) => () => void): AsyncIterableIterator<ExecutionResult> {
  let stop: (() => void) | null = null;
  let settle: (error?: unknown) => void = () => {};
  const ended = new Promise<IteratorResult<ExecutionResult>>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve({ value: undefined, done: true }));
  });
  const iterator: AsyncIterableIterator<ExecutionResult> = {
    next: () => {
      stop ??= work((error) => {
        stop?.();
        settle(error);
      });
      return ended;
    },
    return: async () => {
      stop?.();
      settle();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
