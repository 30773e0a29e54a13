import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { ChatError } from '../base/errors.ts';
import { type Context, renewedForResult } from '../graphql/context.ts';
import { Source } from '../live/source.ts';
import { StateStream } from '../live/state-stream.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import { withLastingAccess } from './access-during.ts';
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
  const execute = (rootValue: unknown, accessEnd?: Context['accessEnd']) =>
    executeValue(
      { ...args, rootValue },
      { contextOf: () => renewedForResult(args.contextValue as Context, { accessEnd }) },
    );
  if (source instanceof StateStream) {
    const accessEnd: NonNullable<Context['accessEnd']> = source.source.accessEnd ?? (() => null);
    return (rootValue: unknown) => withLastingAccess(accessEnd, (end) => execute(rootValue, end));
  }
  if (source instanceof Source) return executionInRoom(source as Source<RoomEvent>, execute);
  return (rootValue: unknown) => execute(rootValue);
}

type Execute = (rootValue: unknown, accessEnd: Context['accessEnd']) => Promise<ExecutionResult>;

function executionInRoom(room: Source<RoomEvent>, execute: Execute) {
  const accessEnd = (roomId: string) => (roomId === room.options.feed.topic ? room.upcomingEnd : null);
  return async (rootValue: unknown): Promise<ExecutionResult> => {
    const hadEnded = room.upcomingEnd !== null;
    const result = await execute(rootValue, accessEnd);
    // The access may have ended meanwhile, and the result may show something newer.
    return hadEnded || room.upcomingEnd === null ? result : execute(rootValue, accessEnd);
  };
}
