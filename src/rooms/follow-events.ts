import { requireReading } from '../access/refusals.ts';
import { ChatError, notFound } from '../base/errors.ts';
import { lowestId } from '../base/ids.ts';
import { limits } from '../base/limits.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { Position } from '../live/log.ts';
import { Reader } from '../live/reader.ts';
import { Source } from '../live/source.ts';
import { accessRevokedFor } from '../log/access-changes.ts';
import { parseStreamCursor } from '../log/cursor.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import type { Values } from './event-values.ts';

interface Following<Value> extends Values<Value> {
  roomId: string;
  /**
   * Cursor to resume from, unless the `Last-Event-ID` of the HTTP request is later. Without both, the subscription begins
   * with the next event.
   */
  after?: string | null;
}

/**
 * Returns the events of a room's log for the viewer: those after the cursor, then new ones, until the viewer's access
 * ends. Throws INVALID_INPUT for a text that is not a stream cursor, NOT_FOUND and BANNED.
 */
export async function followRoom<Value>(
  context: Context,
  { roomId, after, ...values }: Following<Value>,
): Promise<Source<RoomEvent, Value>> {
  const viewer = requireViewer(context);
  const { userId } = viewer;
  const { log, access, sessions, presence, heartbeatMs } = context.services;
  const given = later(parsed(after), parsed(context.lastEventId));
  const position = given && context.losesCursor?.() ? { ...given, epoch: unknownEpoch } : given;
  const lease = log.feeds.acquire(roomId);
  const feed = await lease.value;
  if (!feed) throw notFound('room', ['roomId']);
  // The position is taken before access is checked: an event that ends the access after the check is then read.
  const now = feed.position;
  try {
    requireReading(await access.standingOf({ roomId, userId }), ['roomId']);
  } catch (error) {
    lease.release();
    throw error;
  }
  const reader = new Reader<RoomEvent>({
    feed,
    after: position ?? now,
    maxBehind: limits.replayMaxEvents,
    owner: userId,
    accessRevokedFor,
    heartbeatMs,
    givenUp,
  });
  const source = new Source<RoomEvent, Value>({
    feed,
    reader,
    accessRevokedFor,
    ...values,
    heartbeatMs,
    onLastResult: log.accessEnds.noteLastResult,
    release: () => {
      unwatch();
      letGo();
      lease.release();
    },
  });
  const letGo = presence.tracker.hold(roomId, userId);
  const unwatch = sessions.ends.watch(viewer, () => source.end());
  return source;
}

function parsed(cursor: string | null | undefined): Position | null {
  return cursor == null ? null : parseStreamCursor(cursor);
}

/**
 * Returns the later of two positions. A client that reconnects sends `after` as it was at first, and `Last-Event-ID` as it
 * is now: it counts if they are of different histories.
 */
function later(after: Position | null, lastSeen: Position | null): Position | null {
  if (!after || !lastSeen) return after ?? lastSeen;
  return after.epoch === lastSeen.epoch && after.eventNumber > lastSeen.eventNumber ? after : lastSeen;
}

/** The epoch of no room. */
const unknownEpoch = lowestId;

function givenUp(): Error {
  return new ChatError('INTERNAL', 'The server could not read the log of the room for a minute. Resume.');
}
