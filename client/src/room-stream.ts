import type { Core, Running } from './core.ts';
import { type RoomEventFields, RoomEventsDocument, type RoomEventsSubscription } from './documents.ts';
import { ParleyError } from './errors.ts';
import { checkFrame, type Frame } from './frames.ts';

/** Longer than the server's heartbeats are apart. */
const silentAfterMs = 35_000;

/** What follows a room's log. */
export interface Reader {
  /** The events of one frame that are new, in order; none if only the cursor is new. */
  apply(events: readonly RoomEventFields[]): void;
  /** Whether the reader is up to date has changed. */
  caughtUp(isLive: boolean): void;
  /** The server cannot replay what follows the cursor, or events are missing in spite of a second attempt. */
  reset(why: ParleyError): void;
  /** The viewer has no access any more, or never had. */
  ended(why: ParleyError): void;
}

/** Follows the log of a room from a cursor on, over all connections, and checks that no event is missing or repeated. */
export class RoomStream {
  cursor: string | null = null;
  /** Number of the last event that was applied. Null until it is known. */
  position: number | null = null;
  readonly #core: Core;
  readonly #roomId: string;
  readonly #reader: Reader;
  #running: Running | null = null;
  #holeAt: number | null = null;

  constructor(core: Core, roomId: string, reader: Reader) {
    this.#core = core;
    this.#roomId = roomId;
    this.#reader = reader;
  }

  start(): void {
    this.#running ??= this.#core.run({
      silentAfterMs,
      payload: () => {
        const { cursor } = this;
        const variables = { roomId: this.#roomId, ...(cursor !== null && { after: cursor }) };
        return { query: RoomEventsDocument.query, variables };
      },
      next: ({ data }) => {
        if (data) this.#receive((data as RoomEventsSubscription).roomEvents);
      },
      lost: () => this.#reader.caughtUp(false),
      ended: (error) => this.#end(error),
    });
  }

  stop(): void {
    this.#running?.end();
    this.#running = null;
  }

  #receive(frame: Frame): void {
    if (frame.status === 'RESET') this.#reset(new ParleyError({ code: frame.resetReason ?? 'CURSOR_UNKNOWN' }));
    else if (frame.status !== 'ENDED') this.#check(frame);
  }

  #check(frame: Frame): void {
    const { positionBefore, positionAfter, cursor, status } = frame;
    const finding = checkFrame(this.position, frame);
    if (finding.kind === 'apply') {
      this.position = positionAfter;
      this.cursor = cursor;
      this.#reader.apply(finding.events);
      this.#reader.caughtUp(status !== 'REPLAYING');
      return;
    }
    const code = ({ repeat: 'REPEAT', hole: 'HOLE', broken: 'BROKEN_FRAME' } as const)[finding.kind];
    const message = `A frame covers ${positionBefore} to ${positionAfter}; the last event was ${this.position}.`;
    this.#core.fault({ code, message, roomId: this.#roomId, last: this.position, positionBefore, positionAfter });
    if (finding.kind === 'repeat') return;
    const isSecond = this.#holeAt === this.position;
    this.#holeAt = this.position;
    if (isSecond) this.#reset(new ParleyError({ code: 'HOLE', message }));
    else this.#running?.resume();
  }

  #end(error = new ParleyError({ code: 'FORBIDDEN' })): void {
    this.stop();
    if (error.code === 'CURSOR_UNKNOWN' || error.code === 'GAP_TOO_LARGE') this.#reset(error);
    else this.#reader.ended(error);
  }

  #reset(why: ParleyError): void {
    this.stop();
    this.cursor = null;
    this.position = null;
    this.#reader.reset(why);
  }
}
