import { type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { asShown, readableRooms, viewerMemberships } from '../access/membership.ts';
import { type Context, renewed, type Viewer } from '../graphql/context.ts';
import type { RoomRow } from '../graphql/nodes.ts';
import type { AccessEnd } from '../live/ends.ts';
import { isUnavailable } from '../storage/storage-error.ts';
import { isForCaller } from './masking.ts';
import { executeWithinBudget } from './text-budget.ts';

/**
 * Executes a mutation. Expected failures are in its payload. An error below the payload occurs after the change was made: it
 * must neither read as if nothing was done, nor ask the client to retry.
 */
export async function executeMutation(args: ExecutionArgs): Promise<ExecutionResult> {
  const { viewer } = args.contextValue as Context;
  const result = viewer ? await executeAs(viewer, args) : await executeWithinBudget(args);
  return result.errors ? { ...result, errors: result.errors.map(afterwards) } : result;
}

/**
 * Executes a mutation of a viewer. If their access to a room or their session ends meanwhile, resolves the payloads again,
 * as the viewer may see them then: a statement may have read what is newer than the end.
 */
async function executeAs(viewer: Viewer, args: ExecutionArgs): Promise<ExecutionResult> {
  const context = args.contextValue as Context;
  const { sessions, log } = context.services;
  const payloads: Payloads = new Map();
  const before = log.accessEnds.lastOf(viewer.userId);
  const result = await executeWithinBudget({ ...args, contextValue: { ...context, payloads } });
  const hasEnded = sessions.ends.hasEnded(viewer.sessionId);
  if (!hasEnded && log.accessEnds.lastOf(viewer.userId) === before) return result;
  const last = log.accessEnds.lastOf(viewer.userId);
  const ends = hasEnded ? null : await endsOf(context, payloads);
  const again = await resolveAgain(args, payloads, (roomId) => (ends ? (ends.get(roomId) ?? null) : endOfAll));
  // If the access to another room ended during that too, no room is shown.
  const isCurrent = hasEnded || log.accessEnds.lastOf(viewer.userId) === last;
  return isCurrent ? again : resolveAgain(args, payloads, () => endOfAll);
}

type Payloads = Map<string, Promise<object>>;

/** An end after everything that the mutation wrote. */
const endOfAll: AccessEnd = { eventNumber: Number.MAX_SAFE_INTEGER, occurredAt: new Date(8.64e15) };

function resolveAgain(
  args: ExecutionArgs,
  payloads: Payloads,
  accessEnd: (roomId: string) => AccessEnd | null,
): Promise<ExecutionResult> {
  const context = renewed(args.contextValue as Context, { accessEnd, readsAhead: false });
  const shown: Payloads = new Map();
  for (const [key, payload] of payloads) {
    const changed = payload.then((made) => payloadShown(context, made));
    changed.catch(() => {}); // the resolver of the mutation reports it
    shown.set(key, changed);
  }
  return executeWithinBudget({ ...args, contextValue: { ...context, payloads: shown } });
}

function payloadShown(context: Context, payload: { room?: RoomRow | string | null }): object {
  const { room } = payload;
  if (!room) return payload;
  if (typeof room === 'object') return { ...payload, room: asShown(context, room) };
  // A payload has the id of a room that is absent if the viewer cannot see it.
  return context.accessEnd?.(room) ? { ...payload, room: null } : payload;
}

/** Returns the ends of the viewer's access to those rooms of payloads that they cannot read any more. */
async function endsOf(context: Context, payloads: Payloads): Promise<Map<string, AccessEnd>> {
  const now = renewed(context);
  const ends = new Map<string, AccessEnd>();
  const made = await Promise.allSettled(payloads.values());
  const roomIds = made.flatMap((one) => (one.status === 'fulfilled' ? roomsIn(one.value) : []));
  for (const roomId of new Set(roomIds)) {
    if (await readableRooms(now).load(roomId)) continue;
    const own = await viewerMemberships(now).load(roomId);
    ends.set(roomId, { ...endOfAll, eventNumber: own?.stateEventNumber ?? 0 });
  }
  return ends;
}

/** Returns the ids of the rooms that a payload is about: its room, and the rooms of its messages and memberships. */
function roomsIn(payload: object): string[] {
  return Object.entries(payload).flatMap(([key, value]) => {
    if (key === 'room' && value) return typeof value === 'string' ? [value] : [value.id as string];
    return [value]
      .flat()
      .flatMap((row) => (row && typeof row === 'object' && 'roomId' in row ? [String(row.roomId)] : []));
  });
}

function afterwards(error: GraphQLError): GraphQLError {
  const { message, originalError: cause, nodes, source, positions, path } = error;
  const place = { nodes, source, positions, path };
  // An error of variables has a place in the document and no path: nothing was executed.
  if (!path && nodes) return error;
  const isBelowPayload = path?.length !== 1;
  if (isForCaller(error)) return isBelowPayload ? notShown(error, place) : error;
  if (!isBelowPayload && !isUnavailable(cause)) return error;
  const originalError = new Error('The mutation succeeded, but its result could not be read', { cause });
  return new GraphQLError(message, { ...place, originalError, extensions: { retryable: false } });
}

/** Returns the error for a part of a payload that the operation asks for in a wrong way. Nobody else is at fault. */
function notShown({ message, extensions }: GraphQLError, place: GraphQLErrorOptions): GraphQLError {
  return new GraphQLError(`The mutation was executed, but its result cannot be shown: ${message}`, {
    ...place,
    extensions: { ...extensions, code: 'INTERNAL', retryable: false },
  });
}
