import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { ChatError } from '../base/errors.ts';
import { type Context, renewedForResult } from '../graphql/context.ts';
import { Source } from '../live/source.ts';
import { StateStream } from '../live/state-stream.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import { executeValue } from './execute-value.ts';

export function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

/**
 * Returns the results of a subscription for one consumer, without sharing them. Each value gets a new context: a loader
 * would answer the second value with what it cached for the first. `decorate` can add fields to each result with data.
 */
export function resultsOf(
  args: ExecutionArgs,
  source: AsyncIterable<unknown>,
  decorate = (result: ExecutionResult, _value: unknown) => result,
): AsyncIterableIterator<ExecutionResult> {
  const values = source[Symbol.asyncIterator]();
  const resultOf = executionFor(args, source);
  let isOver = false;
  const results: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      if (isOver) return { value: undefined, done: true };
      try {
        const { value: rootValue, done } = await values.next();
        if (done) return { value: undefined, done: true };
        const value = await resultOf(rootValue);
        if (value.data) return { value: decorate(value, rootValue), done: false };
        // The subscriber does not know what the result was about, and would miss it if the subscription went on.
        await results.return?.();
        return { value, done: false };
      } catch (error) {
        // The error is the last result: an iterator that throws would end without any.
        if (!(error instanceof ChatError)) throw error;
        isOver = true;
        return { value: { errors: [error] }, done: false };
      }
    },
    return: async () => {
      isOver = true;
      await values.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => results,
  };
  return results;
}

/** Returns a function that executes the operation for a value of the source, with the reader's access to the source. */
function executionFor(args: ExecutionArgs, source: AsyncIterable<unknown>) {
  const { accessEnd, hasEnded } = accessTo(source);
  const contextOf = () => renewedForResult(args.contextValue as Context, { accessEnd });
  return async (rootValue: unknown): Promise<ExecutionResult> => {
    const hadEnded = hasEnded();
    const result = await executeValue({ ...args, rootValue }, { contextOf });
    // The access may have ended meanwhile, and the result may show something newer.
    return hadEnded || !hasEnded() ? result : executeValue({ ...args, rootValue }, { contextOf });
  };
}

/** Returns what is known of the reader's access to the room of a source. */
function accessTo(source: AsyncIterable<unknown>): Pick<Context, 'accessEnd'> & { hasEnded: () => boolean } {
  if (source instanceof StateStream) return { accessEnd: source.source.accessEnd, hasEnded: () => false };
  if (!(source instanceof Source)) return { hasEnded: () => false };
  const room = source as Source<RoomEvent>;
  const accessEnd = (roomId: string) => (roomId === room.options.feed.topic ? room.upcomingEnd : null);
  return { accessEnd, hasEnded: () => room.upcomingEnd !== null };
}
