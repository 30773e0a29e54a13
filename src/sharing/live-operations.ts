import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { isAsyncIterable, resultsOf } from '../execution/subscription-results.ts';
import type { Context } from '../graphql/context.ts';
import type { Audiences } from '../live/audiences.ts';
import { BatchSize } from '../live/batch-size.ts';
import { Member } from '../live/member.ts';
import type { Sink } from '../live/sink.ts';
import { Source } from '../live/source.ts';
import { pump } from '../live/state-pump.ts';
import { StateStream } from '../live/state-stream.ts';
import type { RoomEvent } from '../log/events.ts';
import type { Renderings } from './renderings.ts';
import { planOf } from './sharing.ts';

/** Where the results of a live operation go. */
export interface Destination {
  /** For numbered events. */
  events: Sink;
  /** For values of the moment. */
  states: Sink;
}

/**
 * Starts a subscription on a WebSocket, which `requireAffordable` has let pass. One on a feed is served from here on by its audience, one of state by
 * itself, both straight to the socket, and what is returned only tells graphql-ws when it ends; any other is returned as an
 * iterator of its results.
 */
export async function subscribeLive(
  args: ExecutionArgs,
  destination: Destination,
  { renderings, audiences }: { renderings: Renderings; audiences: Audiences<RoomEvent> },
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!isAsyncIterable(source)) return source;
  if (source instanceof StateStream) return pumped(source, { args, destination, renderings });
  if (!(source instanceof Source)) return resultsOf(args, source);

  const { feed, reader, accessRevokedFor } = source.options;
  const { weigh } = planOf(args.schema, args.document, args.operationName);
  reader.size = new BatchSize(weigh);
  const operation = { args, context: args.contextValue as Context, source };
  const start = (onEnd: (error?: unknown) => void) => {
    const member = new Member<RoomEvent>({
      sink: destination.events,
      reader,
      sharedWith: () => {
        const { key, rendering } = renderings.of(operation);
        return {
          rendering,
          join: (joining) => audiences.join(key, joining, { feed, rendering, weigh, accessRevokedFor }),
        };
      },
      onEnd,
    });
    source.onEnd(() => member.end());
    member.catchUp();
    return () => member.close();
  };
  return parked(start, () => source.release());
}

interface Pumped {
  args: ExecutionArgs;
  destination: Destination;
  renderings: Renderings;
}

/** Sends the values of a state stream straight to the socket. */
function pumped(stream: StateStream<object>, { args, destination, renderings }: Pumped) {
  const { topicOf, accessEnd } = stream.source;
  const rendering = renderings.ofState({ args, context: args.contextValue as Context, topicOf, accessEnd });
  const start = (onEnd: (error?: unknown) => void) => {
    pump(stream, { sink: destination.states, rendering }).then(() => onEnd(), onEnd);
    return () => stream.end();
  };
  return parked(start, () => stream.end());
}

/**
 * An iterator without results, which starts `work` when it is first asked for one and is over when that calls `onEnd`, or
 * when its consumer returns it. `release` is called at its end, also if it never started.
 */
function parked(
  work: (onEnd: (error?: unknown) => void) => () => void,
  release: () => void,
): AsyncIterableIterator<ExecutionResult> {
  let stop: (() => void) | null = null;
  const end = (error?: unknown) => {
    stop?.();
    release();
    settle(error);
  };
  let settle: (error?: unknown) => void = () => {};
  const ended = new Promise<IteratorResult<ExecutionResult>>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve({ value: undefined, done: true }));
  });
  const iterator: AsyncIterableIterator<ExecutionResult> = {
    next: () => {
      stop ??= work(end);
      return ended;
    },
    return: async () => {
      end();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
