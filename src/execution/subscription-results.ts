import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { ChatError } from '../base/errors.ts';
import { type Context, renewedForResult } from '../graphql/context.ts';
import type { Feeds } from '../live/feeds.ts';
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
  const nextResult = async () => {
    for (;;) {
      const { value: rootValue, done } = await values.next();
      if (done) return { rootValue, value: null };
      const value = await resultOf(rootValue);
      if (value) return { rootValue, value };
    }
  };
  const results: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      if (isOver) return { value: undefined, done: true };
      try {
        const { rootValue, value } = await nextResult();
        if (!value) return { value: undefined, done: true };
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

/**
 * Returns a function that executes the operation for a value of the source, with the reader's access to the source. It
 * returns null if the subscription has ended meanwhile: the result may show something newer.
 */
function executionFor(args: ExecutionArgs, source: AsyncIterable<unknown>) {
  const execute: Execute = async (rootValue, accessEnd) => {
    let context = args.contextValue as Context;
    const contextOf = () => {
      context = renewedForResult(context, { accessEnd });
      return context;
    };
    const result = await executeValue({ ...args, rootValue }, { contextOf });
    return { result, hasRead: !context.loaded.isEmpty };
  };
  const { feeds } = (args.contextValue as Context).services.log;
  if (source instanceof StateStream) {
    const accessEnd: NonNullable<Context['accessEnd']> = source.source.accessEnd ?? (() => null);
    return async (rootValue: unknown) => {
      const make = async (end: Context['accessEnd']) => (await execute(rootValue, end)).result;
      const result = await withLastingAccess({ accessEnd, make, confirm: (roomId) => feeds.confirm(roomId) });
      return source.isOver ? null : result;
    };
  }
  if (source instanceof Source) return executionInRoom(source as Source<RoomEvent>, { execute, feeds });
  return async (rootValue: unknown) => (await execute(rootValue)).result;
}

type Execute = (
  rootValue: unknown,
  accessEnd?: Context['accessEnd'],
) => Promise<{
  result: ExecutionResult;
  /** Whether the result shows more than came with the value. */
  hasRead: boolean;
}>;

interface Executing {
  execute: Execute;
  feeds: Feeds<RoomEvent>;
}

function executionInRoom(room: Source<RoomEvent>, { execute, feeds }: Executing) {
  const { feed, reader } = room.options;
  const accessEnd = (roomId: string) => (roomId === feed.topic ? room.upcomingEnd : null);
  return async (rootValue: unknown): Promise<ExecutionResult | null> => {
    const hadEnded = room.upcomingEnd !== null;
    const { result, hasRead } = await execute(rootValue, accessEnd);
    if (hasRead && !hadEnded) await feeds.confirm(feed.topic);
    if (room.isEnding && !reader.isOver) {
      reader.retake();
      return null;
    }
    // The access may have ended meanwhile, and the result may show something newer.
    return hadEnded || room.upcomingEnd === null ? result : (await execute(rootValue, accessEnd)).result;
  };
}
