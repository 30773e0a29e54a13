import { setTimeout as pause } from 'node:timers/promises';
import { innerId } from '../../src/base/ids.ts';
import type { ConstantTalk } from './constant-talk.ts';
import { type Cause, causes, type Ending, expiryOf } from './ends-of-access.ts';
import { holdBack } from './held-back.ts';
import type { Random } from './random.ts';
import type { TestServer } from './server.ts';
import { bySocket, byStream, type Transcript } from './transcript.ts';
import { until } from './until.ts';

const kinds = ['live', 'slow', 'replaying', 'resumed'] as const;
const transports = { WebSocket: bySocket, 'Server-Sent Events': byStream };

const room = 'room { name latestMessage { text } }';
const own = 'viewerMembership { state readState { firstUnreadMessage { text } } }';
const personalRoom = room.replace('room {', `room { ${own}`);
const message = (ofRoom: string) => `message { text ${ofRoom} replyTo { text } reactionGroups { count } }`;
const events = (ofRoom: string) => `subscription ($roomId: ID!, $after: StreamCursor) {
  value: roomEvents(roomId: $roomId, after: $after) { status cursor positionAfter events { __typename eventNumber
    ... on MessageAddedEvent { ${message(ofRoom)} } ... on MessageUpdatedEvent { ${message(ofRoom)} }
    ... on RoomUpdatedEvent { ${ofRoom} }
    ... on MembershipChangedEvent { membership { state user { id } ${ofRoom} } } } } }`;
const added = (ofRoom: string) => `subscription ($roomId: ID!, $after: StreamCursor) {
  value: messageAdded(roomId: $roomId, after: $after) { cursor eventNumber ${message(ofRoom)} } }`;

const viewerEvents = `subscription { value: viewerEvents { __typename
  ... on NotificationAdded { notification { message { text } ${room} } }
  ... on ViewerReadStateChanged { membership { ${personalRoom} } }
  ... on MembershipChangedEvent { membership { state ${room} } } } }`;

const queries = {
  'roomEvents, shared': events(room),
  'roomEvents, personal': events(personalRoom),
  'roomEvents, plain': events('room { id }'),
  'messageAdded, shared': added(room),
  'messageAdded, personal': added(personalRoom),
  typingChanged: 'subscription ($roomId: ID!) { value: typingChanged(roomId: $roomId) { users { id } } }',
  viewerEvents,
};
type Operation = keyof typeof queries;
const operations = Object.keys(queries) as Operation[];
const isOfLog = (operation: Operation) => /roomEvents|messageAdded/.test(operation);

export interface Stage {
  nodes: readonly TestServer[];
  ending: Omit<Ending, 'node'>;
  visibility: 'private' | 'public';
  talk: ConstantTalk;
  /** Cursor before the first message. */
  beginning: string;
  isMember: boolean;
}

interface Frame {
  status?: string;
  cursor: string;
  positionAfter: number;
  events?: { __typename: string; eventNumber: number; membership?: { user: { id: string } } }[];
}

/** Hundreds of trials wait at the same time. */
const seldomMs = 10;

/** One reader whose access ends, in a way that a seed chooses. */
export class AccessTrial {
  readonly name: string;
  delayMs: number | null = null;
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #cause: Cause;
  readonly #causeName: string;
  readonly #kind: (typeof kinds)[number];
  readonly #transport: keyof typeof transports;
  readonly #operation: Operation;
  /** Where the reader reads. */
  readonly #node: TestServer;
  #ending: Ending;
  #transcript!: Transcript;
  /** When the node of the reader learned that the session has ended. */
  #toldAt: number | null = null;

  constructor(stage: Stage, random: Random, name: string) {
    this.#stage = stage;
    this.#random = random;
    this.#causeName = random.of(Object.keys(causes).filter((key) => causes[key]!.rooms.includes(stage.visibility)));
    this.#cause = causes[this.#causeName]!;
    this.#transport = random.of(Object.keys(transports) as (keyof typeof transports)[]);
    this.#operation = random.of(stage.isMember ? operations : operations.filter(isOfLog));
    // Streams of states replay nothing.
    this.#kind = random.of(isOfLog(this.#operation) ? kinds : kinds.slice(0, 2));
    this.#node = random.of(stage.nodes);
    this.#ending = { ...stage.ending, node: random.of(stage.nodes) };
    const where = this.#ending.node === this.#node ? 'same node' : 'other node';
    const how = [this.#causeName, stage.visibility, this.#kind, this.#transport, this.#operation, where];
    this.name = `${name}: ${how.join(', ')}`;
  }

  /** Reads until the access has ended. */
  async run(): Promise<void> {
    const reader = (await this.#cause.prepare?.(this.#ending)) ?? this.#ending.reader;
    this.#ending = { ...this.#ending, reader };
    if (this.#cause.endsSession) this.#noteEndOfSession();
    this.#transcript = await this.#read();
    const release = this.#kind === 'slow' ? holdBack(this.#transcript.tcp) : () => {};
    await pause(this.#random.below(this.#kind === 'replaying' ? 30 : 120));
    await this.#cause.end(this.#ending);
    if (this.#kind === 'slow') await this.#stage.talk.goOn(this.#random.below(12));
    release();
    await until(() => this.#isOver, seldomMs);
    // Whatever comes after `complete` would be found as well.
    await this.#stage.talk.goOn(2);
    this.#transcript.hangUp();
  }

  /** Returns what was wrong. */
  async faults(laterThan: Awaited<ReturnType<ConstantTalk['numbers']>>): Promise<string[]> {
    return this.#cause.endsSession ? this.#faultsOfSession() : this.#faultsOfRoom(laterThan);
  }

  #noteEndOfSession(): void {
    const { reader } = this.#ending;
    const ids = { userId: innerId('User', reader.id), sessionId: innerId('Session', reader.sessionId) };
    const viewer = { ...ids, expiresAt: expiryOf.get(reader) ?? null, isAdmin: false };
    this.#node.app.services.sessions.ends.watch(viewer, () => {
      this.#toldAt = Date.now();
    });
  }

  get #isOver(): boolean {
    if (this.isSocketOfSession) return this.#transcript.closed !== null;
    // This stream goes on, with the events of other rooms.
    return this.#goesOn ? /"(LEFT|REMOVED|BANNED)"/.test(this.#transcript.text) : this.#transcript.isOver;
  }

  get #goesOn(): boolean {
    return this.#operation === 'viewerEvents' && !this.#cause.endsSession;
  }

  get isSocketOfSession(): boolean {
    return this.#cause.endsSession && this.#transport === 'WebSocket';
  }

  async #read(): Promise<Transcript> {
    if (this.#kind === 'replaying') return this.#subscribe(this.#stage.beginning);
    const first = await this.#subscribe();
    await until(() => first.hasBegun, seldomMs);
    if (this.#kind !== 'resumed' || first.isOver) return first;
    first.hangUp();
    await pause(this.#random.below(60));
    return this.#subscribe(frameOf(first)?.cursor);
  }

  #subscribe(after?: string): Promise<Transcript> {
    const { roomId, reader } = this.#ending;
    const query = queries[this.#operation];
    const { url } = this.#node;
    return transports[this.#transport]({ url, token: reader.token, query, variables: { roomId, after } });
  }

  async #faultsOfRoom(laterThan: Awaited<ReturnType<ConstantTalk['numbers']>>): Promise<string[]> {
    const { roomId, reader, node } = this.#ending;
    const { prisma } = node.app.services;
    const ids = { roomId: innerId('Room', roomId), userId: innerId('User', reader.id) };
    const { stateEventNumber: end } = await prisma.membership.findUniqueOrThrow({ where: { roomId_userId: ids } });
    const where = { roomId_eventNumber: { roomId: ids.roomId, eventNumber: end } };
    const { occurredAt } = await prisma.roomEvent.findUniqueOrThrow({ where });
    const later = laterThan(end, this.#transcript.text).map((mark) => `${mark} is later than event ${end}`);
    return [...later, ...this.#faultsOfEnd(occurredAt.getTime(), end)];
  }

  #faultsOfSession(): string[] {
    const told = this.#toldAt;
    const later = this.#stage.talk.sentAfter(told ?? Number.POSITIVE_INFINITY, this.#transcript.text);
    // The server cuts a peer that does not answer the close frame.
    const codes = this.#kind === 'slow' ? [4403, 1006] : [4403];
    const wrongCode = this.isSocketOfSession && !codes.includes(this.#transcript.closed ?? 0);
    return [
      ...later.map((mark) => `${mark} was sent later`),
      ...(wrongCode ? [`closed with ${this.#transcript.closed}`] : []),
      ...(told ? this.#faultsOfEnd(told, null) : ['the node was not told']),
    ];
  }

  /** `end`: the number of the event that ended the access; null if the session ended. */
  #faultsOfEnd(endedAt: number, end: number | null): string[] {
    const { results, completedAt, closed } = this.#transcript;
    const codes = results.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions.code));
    if (codes.length > 0 || results.length === 0) return this.#faultsOfRefusal(codes);
    // Nothing can be sent to a peer that does not read.
    if (this.#kind === 'slow' && end === null && closed !== null) return [];
    if (completedAt === null) return this.#goesOn ? [] : ['no complete'];
    if (this.#kind !== 'slow') this.delayMs = completedAt - endedAt;
    if (!this.#operation.startsWith('roomEvents')) return [];
    const last = frameOf(this.#transcript);
    if (last?.status !== 'ENDED') return [`the last frame is ${JSON.stringify(last)?.slice(0, 500)}`];
    return end === null ? [] : this.#faultsOfLastEvent(end, last);
  }

  #faultsOfRefusal(codes: string[]): string[] {
    const isExpected = codes.every((code) => ['NOT_FOUND', 'BANNED', 'UNAUTHENTICATED'].includes(code));
    // On a busy machine, the session may expire before the reader begins.
    const mayBeLate = ['resumed', 'replaying'].includes(this.#kind) || this.#causeName === 'expired session';
    return isExpected && mayBeLate ? [] : [`refused: ${codes.join()}`];
  }

  #faultsOfLastEvent(end: number, { positionAfter }: Frame): string[] {
    const frames = this.#transcript.results.map(({ data }) => data?.value as Frame);
    const last = frames.flatMap((frame) => frame.events ?? []).at(-1);
    if (last?.eventNumber !== end || last.membership?.user.id !== this.#ending.reader.id) {
      return [`the last event is ${JSON.stringify(last)?.slice(0, 300)}, not ${end}`];
    }
    return positionAfter === end ? [] : [`ENDED is after ${positionAfter}, not ${end}`];
  }
}

function frameOf({ results }: Transcript): Frame | undefined {
  return results.at(-1)?.data?.value as Frame | undefined;
}
