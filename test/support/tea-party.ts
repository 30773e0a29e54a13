import type { AudienceMember } from '../../src/live/audience-members.ts';
import { Audiences } from '../../src/live/audiences.ts';
import type { Batch } from '../../src/live/batch.ts';
import { BatchSize } from '../../src/live/batch-size.ts';
import { Member } from '../../src/live/member.ts';
import type { ReaderOptions } from '../../src/live/reader.ts';
import { NotShareable, type Rendering } from '../../src/live/rendering.ts';
import type { Outbox } from '../../src/transport/outbox.ts';
import { sinksOf } from '../../src/transport/sinks.ts';
import { received } from './receiver.ts';
import { accessRevokedFor, type Tea, TeaLog } from './tea.ts';
import { until } from './until.ts';

/** A result: a rendered batch, as a guest receives it. */
export interface Told {
  status: Batch['status'];
  /** The numbers of the events in the batch. */
  numbers: number[];
  /** The owner for whom the batch was rendered; null if all members of the audience share the result. */
  to: string | null;
  /** `positionBefore` and `positionAfter` of the batch. */
  from: number;
  upTo: number;
}

/** A call of `render`: the batch, and the owner for whom it was rendered. */
export interface Made {
  batch: Batch<Tea>;
  to: string | null;
  /** The owner of the reader whose rendering it is. */
  by: string;
}

interface GuestOptions extends Partial<ReaderOptions<Tea>> {
  owner?: string;
  operationId?: string;
  /** Guests with the same value share an audience. */
  asks?: string;
  /** Another guest, whose socket this guest uses. The other guest then receives the results of both. */
  on?: Guest;
}

/** A log, its audiences, and a record of all renderings. Its guests subscribe to the log. */
export class TeaParty {
  readonly log: TeaLog;
  readonly audiences: Audiences<Tea>;
  readonly made: Made[] = [];
  /** The owners who get results of their own. */
  apart: string[] = [];
  /** The bytes that each event adds to a result. */
  eventBytes = 0;
  /** The estimate of `eventBytes` that `weigh` returns. */
  weight = 0;
  /** Renderings of events wait until this resolves. */
  gate: Promise<void> = Promise.resolve();
  /** If false, a rendering for all readers throws NotShareable. */
  isShareable = true;
  /** What all readers may see; others get other results. */
  rights = 'drink';
  /** The errors that audiences have reported. */
  readonly errors: unknown[] = [];
  /** If set, every rendering fails with this error. */
  fault: Error | null = null;

  /** Without `heartbeatMs`, there are no heartbeats. */
  constructor({ committed = 0, heartbeatMs = 1_000_000 } = {}) {
    this.log = new TeaLog(committed);
    this.audiences = new Audiences<Tea>({ heartbeatMs, onError: (error) => this.errors.push(error) });
  }

  /** Renderings of batches with events. */
  get renderings(): Made[] {
    return this.made.filter(({ batch }) => batch.events.length > 0);
  }

  guest(options: GuestOptions = {}): Guest {
    return new Guest(this, options);
  }

  /** Adds guests and resolves when each has received its first batch. */
  async guests(...all: GuestOptions[]): Promise<Guest[]> {
    const guests = all.map((options) => this.guest(options));
    await until(() => guests.every(({ told }) => told.length > 0));
    return guests;
  }

  sharedWith(member: () => Member<Tea>, asks: string) {
    const { feed } = this.log;
    const weigh = () => this.weight;
    const isSplit = !this.isShareable;
    const by = member().reader.owner;
    const key = `${asks} ${this.rights} ${isSplit ? by : ''}`;
    const rendering: Rendering<Tea> = {
      personalFor: ({ events }) => new Set(events.length > 0 ? this.apart : []),
      render: (batch, to) => this.#render({ batch, to, by }, isSplit),
      renderForRevoked: (batch) => this.#render({ batch, to: `ended ${by}`, by }, true),
    };
    return {
      key,
      rendering,
      join: (joining: AudienceMember<Tea>) => this.audiences.join(key, joining, { feed, weigh, accessRevokedFor }),
    };
  }

  async #render(made: Made, isSplit: boolean): Promise<readonly Buffer[]> {
    const { batch, to } = made;
    this.made.push(made);
    if (batch.events.length > 0) await this.gate;
    if (this.fault) throw this.fault;
    if (!this.isShareable && !isSplit) throw new NotShareable();
    const { status, positionBefore: from, positionAfter: upTo } = batch;
    const told: Told = { status, numbers: batch.events.map(({ eventNumber }) => eventNumber), to, from, upTo };
    return [Buffer.from(JSON.stringify(told) + ' '.repeat(batch.events.length * this.eventBytes))];
  }
}

/** A subscriber with an outbox that a test can block. */
export class Guest {
  readonly member: Member<Tea>;
  readonly outbox: Outbox;
  readonly told: Told[] = [];
  /** Operation ids of the received frames. */
  readonly ids: unknown[] = [];
  readonly owner: string;
  /** How often something was written. */
  writes = 0;
  /** Undefined while the subscription lasts; then the error that ended it, or null if there was none. */
  ended: unknown;
  #unblock: (() => void) | null = null;
  #blocked: Promise<void> | null = null;
  #reading = Promise.resolve();

  constructor(party: TeaParty, { owner = 'ada', operationId = '1', asks = 'tea', on, ...options }: GuestOptions) {
    this.owner = owner;
    this.outbox = on?.outbox ?? this.#makeOutbox();
    const reader = party.log.reader({ owner, ...options });
    reader.size = new BatchSize(() => party.weight);
    this.member = new Member<Tea>({
      reader,
      sink: sinksOf(this.outbox, operationId).events,
      sharedWith: () => party.sharedWith(() => this.member, asks),
      onEnd: (error = null) => {
        this.ended = error;
      },
    });
    this.member.catchUp();
  }

  get numbers(): number[] {
    return this.told.flatMap(({ numbers }) => numbers);
  }

  /** Blocks the outbox until `readOn`. */
  stall(): void {
    this.#blocked = new Promise((resolve) => {
      this.#unblock = resolve;
    });
  }

  readOn(): void {
    this.#blocked = null;
    this.#unblock?.();
  }

  #makeOutbox(): Outbox {
    const outbox: Pick<Outbox, 'isOpen' | 'hasRoomFor' | 'write' | 'drained'> = {
      isOpen: true,
      hasRoomFor: () => this.#blocked === null,
      drained: () => this.#blocked ?? Promise.resolve(),
      write: (frames) => {
        this.writes += 1;
        this.#reading = this.#reading.then(() => this.#read(frames));
        return false; // the caller must not reuse the buffer: it is read later
      },
    };
    return outbox as Outbox;
  }

  async #read(frames: Buffer): Promise<void> {
    for (const message of await received(frames)) {
      const { id, payload } = message as { id: unknown; payload: Told };
      this.ids.push(id);
      this.told.push(payload);
    }
  }
}
