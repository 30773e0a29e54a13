import type { MessageItem, RoomSnapshot, RoomState } from './api.ts';
import type { Core } from './core.ts';
import {
  MessageByIdDocument,
  RoomByIdDocument,
  type RoomEventFields,
  type RoomFields,
  RoomSnapshotDocument,
  type UserFields,
} from './documents.ts';
import { ParleyError } from './errors.ts';
import { Held } from './held.ts';
import type { SendQueue } from './outbox.ts';
import { persist } from './persist.ts';
import { RoomStream } from './room-stream.ts';
import { Listeners, Value } from './store.ts';
import { MessageRun } from './window.ts';

const pageSize = 50;
const maxPage = 100;
/** All readers of a room hear of a change at once: they ask within this time, at random. */
const refreshWithinMs = 2000;

/** Keeps state and messages of a room current while somebody holds it. */
export class RoomFollower {
  readonly state = new Value<RoomState>({ status: 'idle' });
  readonly run = new MessageRun();
  readonly events: Listeners<[RoomEventFields]>;
  readonly held: Held;
  readonly #id: string;
  readonly #core: Core;
  readonly #outbox: SendQueue;
  readonly #stream: RoomStream;
  #fields: RoomFields | null = null;
  #viewer: UserFields | undefined;
  #loading: AbortController | null = null;
  #cancelRefresh: () => void = () => {};

  constructor(id: string, core: Core, outbox: SendQueue) {
    this.#id = id;
    this.#core = core;
    this.#outbox = outbox;
    this.events = new Listeners((error) => core.fault({ code: 'LISTENER', message: String(error), error }));
    this.held = new Held(core, () => this.#start());
    this.#stream = new RoomStream(core, id, {
      apply: (events) => this.#apply(events),
      caughtUp: (isLive) => this.#show(isLive ? 'live' : 'catching-up'),
      reset: () => void this.#load(),
      ended: (why) => this.#end('ended', why),
    });
    outbox.listen(id, {
      answered: (message) => this.run.put(message),
      changed: () => this.#showPending(),
    });
    this.#showPending();
  }

  /** Goes on from a snapshot, unless the room has been followed already. */
  restore(snapshot: RoomSnapshot): void {
    if (this.#fields) return;
    this.#begin(snapshot);
    this.#showPending();
  }

  dispose(): void {
    this.held.end();
    this.state.clear();
    this.run.value.clear();
    this.events.clear();
  }

  #start(): () => void {
    if (this.#stream.cursor === null) void this.#load();
    else {
      this.#show('catching-up');
      this.#stream.start();
    }
    return () => {
      this.#loading?.abort();
      this.#cancelRefresh();
      this.#stream.stop();
      this.state.set({ status: 'idle' });
    };
  }

  async #load(): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.state.set({ status: 'loading' });
    const last = Math.min(maxPage, Math.max(pageSize, this.run.length));
    try {
      const ask = () => persist(this.#core, RoomSnapshotDocument, { id: this.#id, last }, loading.signal);
      await this.run.load(ask, ({ room, viewer }) => {
        if (loading.signal.aborted) return;
        if (!room) throw new ParleyError({ code: 'NOT_FOUND' });
        this.#begin({ room, viewer });
      });
      if (loading.signal.aborted) return;
      this.#showPending();
      this.#show('catching-up');
      this.#stream.start();
    } catch (error) {
      if (!loading.signal.aborted) this.#end('failed', error as ParleyError);
    }
  }

  #begin({ room, viewer }: RoomSnapshot): void {
    this.#viewer = viewer?.user;
    this.#fields = room;
    this.run.replace(room.messages.nodes, true);
    this.#stream.cursor = room.syncCursor;
    this.#stream.position = room.lastEventNumber;
  }

  #apply(events: readonly RoomEventFields[]): void {
    for (const event of events) this.#take(event);
    this.run.publish();
    for (const event of events) this.events.call(event);
  }

  #take(event: RoomEventFields): void {
    if ('message' in event) {
      this.run.put(event.message);
      void this.#askForOwnReaction(event);
      const known = event.__typename === 'MessageAddedEvent' && this.run.get(event.message.id);
      if (known) this.#outbox.echo(this.#id, known);
    } else if (event.__typename === 'RoomUpdatedEvent') {
      this.#change(event.room);
      this.#refresh(refreshWithinMs * this.#core.random());
    } else if (event.membership.user.id === this.#viewer?.id) {
      const { viewerMembership } = this.#fields ?? {};
      if (viewerMembership) this.#change({ viewerMembership: { ...viewerMembership, ...event.membership } });
      this.#refresh(0);
    }
  }

  /** Events do not say how the viewer has reacted. If they did so on another device, the server is asked. */
  async #askForOwnReaction(event: RoomEventFields): Promise<void> {
    if (event.__typename !== 'ReactionsChangedEvent' || !this.#viewer || event.actor?.id !== this.#viewer.id) return;
    const { id } = event.message;
    const isOurs = this.#outbox
      .of(this.#id)
      .some(({ row }) => row.change.kind === 'react' && row.change.messageId === id);
    if (isOurs || !this.run.get(id)) return;
    try {
      // Another change may overtake the answer, which is then too old.
      for (let tries = 0; tries < 5; tries++) {
        const { node } = await persist(this.#core, MessageByIdDocument, { id });
        const known = this.run.get(id);
        if (!known || !node || !('sequence' in node)) return;
        this.run.put(node);
        if (node.lastEventNumber >= known.lastEventNumber) break;
      }
      this.run.publish();
    } catch (error) {
      this.#core.log({ level: 'warn', what: 'own reaction', error });
    }
  }

  #change(fields: Partial<RoomFields>): void {
    if (!this.#fields) return;
    this.#fields = { ...this.#fields, ...fields };
    const { status } = this.state.get();
    if (status === 'live' || status === 'catching-up') this.state.set({ status, fields: this.#fields });
  }

  /** Asks for the fields that events do not have, such as what the viewer may do. */
  #refresh(afterMs: number): void {
    this.#cancelRefresh();
    this.#cancelRefresh = this.#core.clock.after(afterMs, () => {
      persist(this.#core, RoomByIdDocument, { id: this.#id }).then(
        ({ room }) => room && this.#change(room),
        (error) => this.#core.log({ level: 'warn', what: 'room fields', error }),
      );
    });
  }

  #show(status: 'live' | 'catching-up'): void {
    if (this.#fields && this.state.get().status !== status) this.state.set({ status, fields: this.#fields });
  }

  #end(status: 'ended' | 'failed', why: ParleyError): void {
    this.#stream.cursor = null;
    this.state.set({ status, why, ...(this.#fields && { fields: this.#fields }) });
    this.#outbox.closeRoom(this.#id, new ParleyError({ code: 'FORBIDDEN', message: why.message }));
  }

  #showPending(): void {
    const items = this.#outbox.of(this.#id).map((entry) => entry.item(this.#viewer));
    this.run.setPending(items.filter((item): item is MessageItem => item !== null));
    this.run.publish();
  }
}
