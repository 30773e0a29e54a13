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

/** What a guest receives of a batch. */
export interface Told {
  status: Batch['status'];
  numbers: number[];
  /** For whom it was rendered; null: for all who share it. */
  to: string | null;
  /** The positions before and after it. */
  from: number;
  upTo: number;
}

/** A rendering that was made. */
export interface Made {
  batch: Batch<Tea>;
  to: string | null;
}

interface GuestOptions extends Partial<ReaderOptions<Tea>> {
  owner?: string;
  operationId?: string;
  /** Guests with the same value share an audience. */
  asks?: string;
  /** The guest whose socket this one shares; that guest receives the results of both. None if it has its own socket. */
  on?: Guest;
}

/** A log with members that listen to it, and what is rendered for them. */
export class TeaParty {
  readonly log: TeaLog;
  readonly audiences: Audiences<Tea>;
  readonly made: Made[] = [];
  /** The owners who get results of their own. */
  apart: string[] = [];
  /** Bytes of each rendered event, and its weight. */
  eventBytes = 0;
  weight = 0;
  /** Renderings of events wait for this. */
  gate: Promise<void> = Promise.resolve();
  /** Whether a shared rendering turns out to depend on its reader. */
  isShareable = true;
  /** Errors because of which audiences could not share a batch. */
  readonly errors: unknown[] = [];
  /** The error with which renderings fail. */
  fault: Error | null = null;

  /** Without `heartbeatMs`, there are no heartbeats. */
  constructor({ committed = 0, heartbeatMs = 1_000_000 } = {}) {
    this.log = new TeaLog(committed);
    this.audiences = new Audiences<Tea>({ heartbeatMs, onError: (error) => this.errors.push(error) });
  }

  /** Renderings of events, without heartbeats and first batches. */
  get renderings(): Made[] {
    return this.made.filter(({ batch }) => batch.events.length > 0);
  }

  guest(options: GuestOptions = {}): Guest {
    return new Guest(this, options);
  }

  /** Returns guests who are live; each has received its first batch. */
  async guests(...all: GuestOptions[]): Promise<Guest[]> {
    const guests = all.map((options) => this.guest(options));
    await until(() => guests.every(({ told }) => told.length > 0));
    return guests;
  }

  sharedWith(member: () => Member<Tea>, asks: string) {
    const { feed } = this.log;
    const weigh = () => this.weight;
    const isSplit = !this.isShareable;
    const key = isSplit ? `${asks} ${member().reader.owner}` : asks;
    const rendering: Rendering<Tea> = {
      personalFor: ({ events }) => new Set(events.length > 0 ? this.apart : []),
      render: (batch, owner) => this.#render(batch, owner, isSplit),
      renderForRevoked: (batch) => this.#render(batch, `ended ${member().reader.owner}`, true),
    };
    return {
      rendering,
      join: (joining: AudienceMember<Tea>) =>
        this.audiences.join(key, joining, { feed, rendering, weigh, accessRevokedFor }),
    };
  }

  async #render(batch: Batch<Tea>, to: string | null, isSplit: boolean): Promise<readonly Buffer[]> {
    this.made.push({ batch, to });
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
  /** What ended the subscription, if it has ended: null for no error. */
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
        return false; // they are read later
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
