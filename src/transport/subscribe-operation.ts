import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { coercionOptions } from '../execution/coercion.ts';
import { refusalOf } from '../execution/limited.ts';
import { isAsyncIterable, resultsOf } from '../execution/subscription-results.ts';
import type { Context } from '../graphql/context.ts';
import type { Batch } from '../live/batch.ts';
import { BatchSize } from '../live/batch-size.ts';
import { Source } from '../live/source.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import { trackConnection } from '../presence/track-connection.ts';
import { planOf } from '../sharing/plan.ts';
import type { NodeContext } from './node-context.ts';

/**
 * Starts a subscription over Server-Sent Events, unless it costs too much. Its results are not shared with other
 * subscriptions.
 */
export async function subscribeOperation(args: ExecutionArgs) {
  const source = refusalOf(args) ?? (await createSourceEventStream({ ...args, options: coercionOptions }));
  if (!isAsyncIterable(source)) return source;
  const { viewer, services, res } = args.contextValue as Context & NodeContext;
  if (viewer && !res.closed) res.once('close', trackConnection(services.presence, viewer.userId));
  if (!(source instanceof Source)) return resultsOf(args, source);
  source.options.reader.size = new BatchSize(planOf(args.schema, args.document, args.operationName).weigh);
  return resultsOf(args, source, withCursor(source));
}

/**
 * Adds the cursor to a result; the client sends the cursor back as `Last-Event-ID`. `EventStreams` writes the text of
 * `stringify` after `data: `, so the text may contain a second line, `id: `.
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
