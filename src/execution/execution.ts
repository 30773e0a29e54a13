import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
} from 'graphql';
import { ChatError } from '../base/errors.ts';
import { isSpent, tooMuchText } from '../graphql/budget.ts';
import { type Context, renewed, renewedForResult } from '../graphql/context.ts';
import type { Batch } from '../live/batch.ts';
import { BatchSize } from '../live/batch-size.ts';
import { PassingSource } from '../live/passing.ts';
import { Source } from '../live/source.ts';
import type { RoomEvent } from '../log/events.ts';
import { trackConnection } from '../presence/track-connection.ts';
import { planOf } from '../sharing/sharing.ts';
import type { Database } from '../storage/prisma.ts';
import { isUnavailable } from '../storage/storage-error.ts';
import { requireAffordable } from './limited.ts';
import { isForCaller } from './masking.ts';
import { needsSnapshot } from './snapshot.ts';

/** Executes a query or mutation, after a look at what it costs. */
export function executeOperation(args: ExecutionArgs) {
  return refused(args) ?? executeAffordable(args);
}

/** Executes a query or mutation that `requireAffordable` has let pass. */
export function executeAffordable(args: ExecutionArgs) {
  const { document, operationName } = args;
  const isMutation = getOperationAST(document, operationName)?.operation === 'mutation';
  return isMutation ? executeMutation(args) : executeQuery(args);
}

function executeQuery(args: ExecutionArgs) {
  return needsSnapshot(args) ? executeInSnapshot(args) : executeWithinBudget(args);
}

/**
 * What a mutation could not do is in its payload. Whatever else fails does so after it was done, so that nobody may be told
 * to do it again.
 */
async function executeMutation(args: ExecutionArgs): Promise<ExecutionResult> {
  const result = await executeWithinBudget(args);
  return result.errors ? { ...result, errors: result.errors.map(afterwards) } : result;
}

function afterwards(error: GraphQLError): GraphQLError {
  const { message, originalError: cause, nodes, source, positions, path } = error;
  if (!isUnavailable(cause)) return error;
  const originalError = new Error('What a mutation has changed could not be shown', { cause });
  return new GraphQLError(message, { nodes, source, positions, path, originalError });
}

const snapshotOptions = { isolationLevel: 'RepeatableRead', maxWait: 10_000, timeout: 15_000 } as const;

/** Everything that the operation reads, it reads as of one moment. Statements then go one after the other. */
async function executeInSnapshot(args: ExecutionArgs): Promise<ExecutionResult> {
  const context = args.contextValue as Context;
  const inSnapshot = (db: Database) =>
    executeWithinBudget({ ...args, contextValue: renewed(context, { db, isSnapshot: true }) });
  try {
    return await context.services.prisma.$transaction(inSnapshot, snapshotOptions);
  } catch (error) {
    // What is thrown, and is no result, closes a WebSocket.
    return { errors: [new GraphQLError('There is no snapshot', { originalError: error as Error })] };
  }
}

/** A result that would have more text than it may is none: what it left out would be missing without a word. */
async function executeWithinBudget(args: ExecutionArgs): Promise<ExecutionResult> {
  const result = await execute(args);
  const { budget } = args.contextValue as Context;
  return isSpent(budget) ? { errors: [tooMuchText(budget)] } : result;
}

interface Attempts {
  /** Makes the context of an attempt. */
  contextOf: () => Context;
  /** How long to wait before each further attempt. */
  pausesMs?: readonly number[];
  /** Whether another attempt would be in vain. */
  isInVain?: () => boolean;
}

const retryPausesMs = [100, 250, 500, 1000, 2000];

/**
 * The result of a subscription for one value of its source (`rootValue`). Whoever reads would lose what a failed one was
 * about, so that after a fault (the database was away for a moment) it is tried again.
 */
export async function executeValue(
  args: ExecutionArgs,
  { contextOf, pausesMs = retryPausesMs, isInVain = () => false }: Attempts,
): Promise<ExecutionResult> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await executeWithinBudget({ ...args, contextValue: contextOf() });
    const pauseMs = pausesMs[attempt];
    if (!result.errors || result.errors.every(isForCaller) || isInVain() || pauseMs === undefined) return result;
    await pause(pauseMs);
  }
}

/**
 * Starts a subscription for a reader of its own (SSE), after a look at what it costs. Each value gets a context of its own: loaders would show the second
 * what they loaded for the first.
 */
export async function subscribeOperation(args: ExecutionArgs) {
  const source = refused(args) ?? (await createSourceEventStream(args));
  if (!isAsyncIterable(source)) return source;
  // What Node.js answers with is what Yoga puts beside the context.
  const { viewer, services, res } = args.contextValue as Context & { res: ServerResponse };
  if (viewer && !res.closed) res.once('close', trackConnection(services.presence, viewer.userId));
  if (!(source instanceof Source)) return resultsOf(args, source);
  source.options.reader.size = new BatchSize(planOf(args.schema, args.document, args.operationName).weigh);
  return resultsOf(args, source, withCursor(source));
}

/**
 * Gives a result its cursor, which a client sends back as `Last-Event-ID`: Yoga writes what `stringify` makes of a result
 * after `data: `, and another line may follow that.
 */
function withCursor({ options }: Source<RoomEvent>) {
  return (result: ExecutionResult, value: unknown) => ({
    ...result,
    stringify: (shown: ExecutionResult) => {
      const text = JSON.stringify(shown);
      const { events } = value as Partial<Batch<RoomEvent>>;
      if (events) options.reader.size.isTooLarge(events, text.length);
      return `${text}\nid: ${options.cursorOf(value)}`;
    },
  });
}

export function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

export function resultsOf(
  args: ExecutionArgs,
  source: AsyncIterable<unknown>,
  decorate = (result: ExecutionResult, _value: unknown) => result,
): AsyncIterableIterator<ExecutionResult> {
  const values = source[Symbol.asyncIterator]();
  const { accessEnd, hasEnded } = accessTo(source);
  const contextOf = () => renewedForResult(args.contextValue as Context, { accessEnd });
  const resultOf = async (rootValue: unknown) => {
    const hadEnded = hasEnded();
    const result = await executeValue({ ...args, rootValue }, { contextOf });
    // The access may have ended meanwhile, and what came after that may be in it.
    return hadEnded || !hasEnded() ? result : executeValue({ ...args, rootValue }, { contextOf });
  };
  let isOver = false;
  const results: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      if (isOver) return { value: undefined, done: true };
      try {
        const { value: rootValue, done } = await values.next();
        if (done) return { value: undefined, done: true };
        const value = await resultOf(rootValue);
        if (value.data) return { value: decorate(value, rootValue), done: false };
        // Whoever reads does not know what it was about: to go on would be to lose it.
        await results.return?.();
        return { value, done: false };
      } catch (error) {
        // What ends a subscription is its last result: an iterator that throws would end in no result at all.
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

/** What is known of the reader's access to the rooms that a source tells of. */
function accessTo(source: AsyncIterable<unknown>): Pick<Context, 'accessEnd'> & { hasEnded: () => boolean } {
  if (source instanceof PassingSource) return { accessEnd: source.options.accessEnd, hasEnded: () => false };
  if (!(source instanceof Source)) return { hasEnded: () => false };
  const room = source as Source<RoomEvent>;
  const accessEnd = (roomId: string) => (roomId === room.options.feed.topic ? room.upcomingEnd : null);
  return { accessEnd, hasEnded: () => room.upcomingEnd !== null };
}

function refused(args: ExecutionArgs): ExecutionResult | null {
  try {
    requireAffordable(args);
    return null;
  } catch (error) {
    // Also a variable that does not fit, which the cost depends on.
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}
