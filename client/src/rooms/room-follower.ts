import type { RoomSnapshot, RoomState } from '../api.ts';
import { createPace } from '../base/backoff.ts';
import { createAlarm } from '../base/clock.ts';
import type { Core } from '../base/core.ts';
import { noRoom, ParleyError, parleyError } from '../base/errors.ts';
import { createHeld, type Held } from '../base/held.ts';
import { Listeners, type Store, Value } from '../base/store.ts';
import { persist } from '../connection/execute.ts';
import { onJoined } from '../connection/joined.ts';
import {
  MessageByIdDocument,
  type MessageFields,
  RoomByIdDocument,
  type RoomEventFields,
  type RoomFields,
  RoomSnapshotDocument,
  type UserFields,
} from '../documents.ts';
import type { SendQueue } from '../outbox/send-queue.ts';
import { createRoomStream } from './room-stream.ts';
import { showWaiting } from './waiting-changes.ts';
import { createMessageRun, type MessageRun } from './window.ts';

const pageSize = 50;
const maxPage = 100;
const mostTries = 5;
/** All readers of a room hear of a change at once: they ask within this time, at random. */
const refreshWithinMs = 2000;
const reloadAfterMs = 10_000;

/** Keeps state and messages of a room current while somebody holds it. */
export interface RoomFollower {
  readonly state: Store<RoomState>;
  readonly run: MessageRun;
  readonly events: Listeners<[RoomEventFields]>;
  readonly held: Held;
  /** Goes on from a snapshot, unless the room has been followed already, or was restored. */
  readonly restore: (snapshot: RoomSnapshot) => void;
}

export function followRoom(core: Core, id: string, outbox: SendQueue): RoomFollower {
  const state = new Value<RoomState>({ status: 'idle' });
  const run = createMessageRun();
  const events = new Listeners<[RoomEventFields]>(core.listenerFailed);
  const refresh = createAlarm(core.clock);
  const pace = createPace(core);
  let fields: RoomFields | undefined;
  let viewer: UserFields | undefined;
  /** The number of an event that is in `fields`, and all before it. */
  let fieldsAt = 0;
  let loading = new AbortController();
  let unlisten = () => {};
  /** Whether nobody has seen the room yet: a snapshot may be of the user who is gone. */
  let isNew = true;

  const stream = createRoomStream(core, id, {
    apply(news) {
      for (const event of news) take(event);
      run.publish();
      for (const event of news) events.call(event);
    },
    caughtUp: (isLive) => show(isLive ? 'live' : 'catching-up'),
    reset() {
      showLoading();
      pace.again(() => void load());
    },
    ended: (why) => end('ended', why),
  });
  core.onEnd(() => {
    run.abort();
    for (const each of [state, run.value, events]) each.clear();
  });
  const held = createHeld(core, start);
  core.userChanged.add(beginAnew);
  outbox.listen(id, { answered: run.put, changed: showPending });
  showPending();
  return {
    state,
    run,
    events,
    held,
    restore(snapshot) {
      if (!isNew || isOfAnother(snapshot)) return;
      isNew = false;
      begin(snapshot);
      showPending();
      // Whose it is may be known only now.
      const stop = core.session.subscribe(() => {
        if (core.session.get().status === 'unknown') return;
        stop();
        if (isOfAnother(snapshot)) beginAnew();
      });
    },
  };

  /** Whether it is known that somebody else has seen it, or nobody who was signed in. */
  function isOfAnother({ viewer }: RoomSnapshot): boolean {
    const session = core.session.get();
    if (session.status === 'unknown') return false;
    return viewer?.user.id !== (session.status === 'signed-in' ? session.userId : undefined);
  }

  function beginAnew(): void {
    forget();
    held.restart();
  }

  function start(): () => void {
    isNew = false;
    if (stream.cursor === null) void load();
    else goOn();
    return () => {
      unlisten();
      loading.abort();
      refresh();
      pace.stop();
      stream.stop();
      state.set({ status: 'idle' });
    };
  }

  /** Nothing of what one user saw is for the next one. */
  function forget(): void {
    isNew = false;
    fields = viewer = undefined;
    stream.cursor = stream.position = null;
    run.clear();
    showPending();
  }

  function goOn(): void {
    show('catching-up');
    stream.start();
  }

  async function load(): Promise<void> {
    loading.abort();
    pace.stop();
    refresh();
    unlisten();
    loading = new AbortController();
    const { signal } = loading;
    showLoading();
    const last = Math.min(maxPage, Math.max(pageSize, run.length()));
    try {
      await run.load(
        () => persist(core, RoomSnapshotDocument, { id, last }, signal),
        ({ room, viewer: me }) => {
          if (signal.aborted) return;
          if (!room) throw noRoom();
          if (typeof room.syncCursor !== 'string' || !Number.isSafeInteger(room.lastEventNumber))
            throw new ParleyError({ code: 'INTERNAL' });
          begin({ room, viewer: me });
        },
      );
      if (signal.aborted) return;
      showPending();
      goOn();
    } catch (error) {
      if (!signal.aborted) end('failed', parleyError(error));
    }
  }

  function begin(snapshot: RoomSnapshot): void {
    const { room } = snapshot;
    viewer = snapshot.viewer?.user;
    fields = room;
    run.replace(room.messages.nodes, true);
    stream.cursor = room.syncCursor;
    stream.position = fieldsAt = room.lastEventNumber;
  }

  function take(event: RoomEventFields): void {
    if ('message' in event) {
      const before = run.get(event.message.id);
      run.put(event.message);
      const known = run.get(event.message.id);
      if (known && event.__typename === 'MessageAddedEvent') outbox.echo(known);
      if (known) noteOwnReaction(event, before ?? known, known);
    } else if (event.__typename === 'RoomUpdatedEvent') {
      change(event.eventNumber, event.room);
      refreshAfter(refreshWithinMs * core.random());
    } else if ('membership' in event && isViewer(event.membership.user)) {
      const { viewerMembership } = fields ?? {};
      change(event.eventNumber, viewerMembership && { viewerMembership: { ...viewerMembership, ...event.membership } });
      refreshAfter(0);
      if (event.membership.state === 'JOINED') core.joined.call(id);
    }
  }

  function isViewer(user: UserFields | null): boolean {
    return user !== null && user.id === viewer?.id;
  }

  /**
   * Marks the viewer's reaction that waits as counted if an event changes its count: events do not say how the viewer has
   * reacted. Asks the server if the viewer has reacted on another device.
   */
  function noteOwnReaction({ __typename, actor }: RoomEventFields, before: MessageFields, after: MessageFields): void {
    const isReaction = __typename === 'ReactionsChangedEvent';
    // Counts are read when an event is sent, so an edit may bring them too. Reactions of several users have no actor.
    if (isReaction && actor && !isViewer(actor)) return;
    const ours = outbox.of(id).find(({ row: { change }, tries }) => {
      if (tries === 0 || change.kind !== 'react' || change.messageId !== after.id) return false;
      const more = countOf(after, change.emoji) - countOf(before, change.emoji);
      return change.on ? more > 0 : more < 0;
    });
    if (ours) {
      ours.isEchoed = true;
      showPending();
    } else if (isReaction && actor) void askOwnReaction(after.id);
  }

  async function askOwnReaction(messageId: string): Promise<void> {
    try {
      // Another change may overtake the answer, which is then too old.
      for (let tries = 0; tries < mostTries; tries++) {
        const { node } = await persist(core, MessageByIdDocument, { id: messageId });
        const known = run.get(messageId);
        if (!known || !node || !('sequence' in node)) return;
        run.put(node);
        if (node.lastEventNumber >= known.lastEventNumber) break;
      }
      run.publish();
    } catch (error) {
      core.log({ level: 'warn', what: 'own reaction', error });
    }
  }

  /** Takes fields that include all events up to `at`, unless newer ones are known. */
  function change(at: number, changed: Partial<RoomFields> | null | undefined): void {
    if (!fields || at < fieldsAt) return;
    fieldsAt = at;
    fields = { ...fields, ...changed };
    const { status } = state.get();
    if (status === 'live' || status === 'catching-up') state.set({ status, fields });
  }

  /** Asks for the fields that events do not have, such as what the viewer may do. */
  function refreshAfter(ms: number): void {
    refresh(ms, () => {
      persist(core, RoomByIdDocument, { id }).then(
        ({ room }) => room && change(room.lastEventNumber, room),
        (error) => core.log({ level: 'warn', what: 'room fields', error }),
      );
    });
  }

  function showLoading(): void {
    if (state.get().status !== 'loading') state.set({ status: 'loading' });
  }

  function show(status: 'live' | 'catching-up'): void {
    if (fields && state.get().status !== status) state.set({ status, fields });
  }

  function end(status: 'ended' | 'failed', why: ParleyError): void {
    stream.cursor = null;
    unlisten = onJoined(core, (roomId) => {
      if (roomId === id) void load();
    });
    state.set({ status, why, ...(fields && { fields }) });
    if (/^(BANNED|FORBIDDEN|NOT_FOUND)$/.test(why.code)) outbox.closeRoom(id, why);
    // Anything else may pass, such as an answer of an older server, and is not about what is sent.
    else if (why.code !== 'UNAUTHENTICATED') refresh(reloadAfterMs, () => void load());
  }

  function showPending(): void {
    const waiting = outbox.of(id);
    run.setPending(() => waiting.flatMap((entry) => entry.item(viewer, run.get) ?? []), showWaiting(waiting));
    run.publish();
  }
}

function countOf({ reactionGroups }: MessageFields, emoji: string): number {
  return reactionGroups.find((group) => group.emoji === emoji)?.count ?? 0;
}
