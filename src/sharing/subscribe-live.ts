import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { coercionOptions } from '../execution/coercion.ts';
import { isAsyncIterable, resultsOf } from '../execution/subscription-results.ts';
import type { Context } from '../graphql/context.ts';
import type { AudienceMember } from '../live/audience-members.ts';
import type { Audiences } from '../live/audiences.ts';
import { BatchSize } from '../live/batch-size.ts';
import { Member } from '../live/member.ts';
import type { Sink } from '../live/sink.ts';
import { Source } from '../live/source.ts';
import { pump } from '../live/state-pump.ts';
import { StateStream } from '../live/state-stream.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import type { EventRenderings } from './event-renderings.ts';
import { planOf } from './plan.ts';
import { silentResults, type Work } from './silent-results.ts';
import type { StateRenderings } from './state-renderings.ts';

/** Where the results of a subscription go. */
export interface Destination {
  /** For numbered events. */
  events: Sink;
  /** For values of states. */
  states: Sink;
}

/** What subscriptions share. */
export interface Sharing {
  events: EventRenderings;
  states: StateRenderings;
  audiences: Audiences<RoomEvent>;
}

/**
 * Starts a subscription on a WebSocket, after `requireAffordable`. The results of events and states go straight to their
 * destination; the returned iterator has no results and only tells graphql-ws when the subscription ends. For any other
 * subscription, returns an iterator of its results.
 */
export async function subscribeLive(
  args: ExecutionArgs,
  destination: Destination,
  sharing: Sharing,
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream({ ...args, options: coercionOptions });
  if (!isAsyncIterable(source)) return source;
  if (source instanceof StateStream) {
    return silentResults(sendingStates(source, args, { sink: destination.states, sharing }), () => source.end());
  }
  if (source instanceof Source) {
    return silentResults(sendingEvents(source, args, { sink: destination.events, sharing }), () => source.release());
  }
  return resultsOf(args, source);
}

interface Sending {
  sink: Sink;
  sharing: Sharing;
}

function sendingEvents(source: Source<RoomEvent>, args: ExecutionArgs, { sink, sharing }: Sending): Work {
  const { feed, reader, accessRevokedFor } = source.options;
  const { weigh } = planOf(args.schema, args.document, args.operationName);
  reader.size = new BatchSize(weigh);
  const operation = { args, context: args.contextValue as Context, source };
  const sharedWith = () => {
    const { key, rendering } = sharing.events.of(operation);
    const options = { feed, weigh, accessRevokedFor };
    return {
      key,
      rendering,
      join: (member: AudienceMember<RoomEvent>) => sharing.audiences.join(key, member, options),
    };
  };
  return (onEnd) => {
    const member = new Member<RoomEvent>({
      sink,
      reader,
      sharedWith,
      onEnd: (error) => {
        if (!error) source.noteLastResult(member.wasLive);
        onEnd(error);
      },
    });
    source.onEnd(() => member.end());
    member.catchUp();
    return () => member.close();
  };
}

function sendingStates(stream: StateStream<object>, args: ExecutionArgs, { sink, sharing }: Sending): Work {
  const { topicOf, accessEnd } = stream.source;
  const rendering = sharing.states.of({ args, context: args.contextValue as Context, topicOf, accessEnd });
  return (onEnd) => {
    // Completes without the result that is being made when the stream ends: it would not be sent.
    Promise.race([pump(stream, { sink, rendering }), stream.ended]).then(() => onEnd(), onEnd);
    return () => stream.end();
  };
}
