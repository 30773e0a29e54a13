import type { Fault } from '../api.ts';
import { createPace } from '../base/backoff.ts';
import type { Core, Running } from '../base/core.ts';
import { ParleyError } from '../base/errors.ts';
import { guard } from '../base/guard.ts';
import { silentAfterMs } from '../connection/run.ts';
import { type RoomEventFields, RoomEventsDocument, type RoomEventsSubscription } from '../documents.ts';
import { checkFrame, type Frame } from './frames.ts';

/** What follows a room's log. */
export interface Reader {
  /** The events of one frame that are new, in order; none if only the cursor is new. */
  readonly apply: (events: readonly RoomEventFields[]) => void;
  /** Whether the reader is up to date has changed. */
  readonly caughtUp?: (isLive: boolean) => void;
  /** The server cannot replay what follows the cursor, or events are missing in spite of a second attempt. */
  readonly reset: (why: ParleyError) => void;
  /** The viewer has no access any more, or never had. */
  readonly ended: (why: ParleyError) => void;
}

/** Follows the log of a room from a cursor on, over all connections, and checks that no event is missing or repeated. */
export interface RoomStream {
  cursor: string | null;
  /** Number of the last event that was applied. Null until it is known. */
  position: number | null;
  readonly start: () => void;
  readonly stop: () => void;
}

const faultCodes: Record<string, Fault['code']> = { repeat: 'REPEAT', hole: 'HOLE', broken: 'BROKEN_FRAME' };

export function createRoomStream(core: Core, roomId: string, reader: Reader): RoomStream {
  const { run, fault } = core;
  const pace = createPace(core);
  let running: Running | undefined;
  let holeAt: number | null = null;
  const stream: RoomStream = {
    cursor: null,
    position: null,
    start() {
      running ??= run({
        silentAfterMs,
        payload: () => ({ query: RoomEventsDocument.query, variables: { roomId, after: stream.cursor ?? undefined } }),
        next({ data }) {
          if (!data) return;
          guard(() => receive((data as RoomEventsSubscription).roomEvents), broken);
        },
        lost: () => reader.caughtUp?.(false),
        ended(error = new ParleyError({ code: 'FORBIDDEN' })) {
          stream.stop();
          if (error.code === 'CURSOR_UNKNOWN' || error.code === 'GAP_TOO_LARGE') reset(error);
          else reader.ended(error);
        },
      });
    },
    stop() {
      pace.stop();
      running?.end();
      running = undefined;
    },
  };
  return stream;

  function receive(frame: Frame): void {
    if (frame.status === 'ENDED') return;
    if (frame.status === 'RESET') {
      reset(new ParleyError({ code: frame.resetReason ?? 'CURSOR_UNKNOWN' }));
      return;
    }
    const finding = checkFrame(stream.position, frame);
    if (finding.kind !== 'apply') {
      reject(frame, finding.kind);
      return;
    }
    stream.position = frame.positionAfter;
    stream.cursor = frame.cursor;
    const mine = running;
    reader.apply(finding.events);
    // A listener of the app may have ended it, such as by `dispose`.
    if (mine === running) reader.caughtUp?.(frame.status !== 'REPLAYING');
  }

  function reject({ positionBefore, positionAfter }: Frame, kind: string): void {
    const { position } = stream;
    const message = `${kind}: ${positionBefore} to ${positionAfter} after ${position}`;
    fault({ code: faultCodes[kind]!, message, roomId, last: position, positionBefore, positionAfter });
    if (kind === 'repeat') return;
    if (holeAt === position) {
      reset(new ParleyError({ code: 'HOLE', message }));
      return;
    }
    holeAt = position;
    running?.pause();
    reader.caughtUp?.(false);
    pace.again(() => running?.resume());
  }

  /** The frame is not what the schema says. What it has changed already is loaded again with the rest. */
  function broken(error: unknown): void {
    const message = String(error);
    fault({ code: 'BROKEN_FRAME', message, roomId });
    reset(new ParleyError({ code: 'HOLE', message }));
  }

  function reset(why: ParleyError): void {
    stream.stop();
    stream.cursor = stream.position = null;
    reader.reset(why);
  }
}
