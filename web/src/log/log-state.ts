import type { MessageItem, Room, RoomEventFields } from 'parley-client';
import { isAttentive } from '../app/attentive.ts';
import { Value } from '../app/value.ts';
import type { NewFrom } from './items.ts';
import type { LogScroll, ScrollTarget } from './log-scroll.tsx';
import { around, extensionOf, indexFrom, pageRows, type Shown, type Slice, shownOf, sliceOf } from './log-window.ts';
import { isNews, lastStored, type NewMessage, oneMore } from './news.ts';
import { placeLeft, rememberPlace } from './places-left.ts';
import { Reading } from './reading.ts';

export interface LogPlace {
  shown: Shown | null;
  /** False until it is known where the room opens. */
  isPlaced: boolean;
  newFrom: NewFrom | null;
  /** The message that was jumped to. */
  markedId: string | null;
  /** Messages that came while the end was out of sight. */
  missed: number;
}

interface ReadState {
  readonly unreadCount: { readonly value: number; readonly isCapped: boolean };
  readonly firstUnreadMessage: { readonly sequence: number } | null;
}

const markedMs = 2000;
const placeWithinMs = 1000;

/** Which messages of a room the viewer sees, what is new, and what they have read. */
export class LogState {
  readonly value = new Value<LogPlace>({ shown: null, isPlaced: false, newFrom: null, markedId: null, missed: 0 });
  /** Messages in the document; the view sets it. */
  slice: Slice = { start: 0, end: 0 };
  /** The newest messages are asked for: until they come, the end of what is loaded stays in view. */
  isGoingToNewest = false;
  readonly reading: Reading;
  readonly #room: Room;
  readonly #viewerId: string;
  /** Another user may sign in without a reload. */
  readonly #key: string;
  #target: ScrollTarget | null = null;
  #scroll: LogScroll | null = null;
  #frame = 0;
  #isAway = false;
  /** It has asked for the messages where the room opens. */
  #isPlacing = false;
  /** Where one wanted to go last: a sequence, or the end. What had to wait for the connection gives way to it. */
  #goal: number | 'end' = 'end';
  #markTimer: ReturnType<typeof setTimeout> | undefined;
  /** The row that the viewer was at when the server had the room loaded anew. */
  #before: string | null = null;
  readonly #lostPlace = new Set<() => void>();

  constructor(room: Room, viewerId: string) {
    this.#room = room;
    this.#viewerId = viewerId;
    this.#key = `${viewerId} ${room.id}`;
    this.reading = new Reading((upTo) => room.markRead(upTo));
  }

  get messages(): readonly MessageItem[] {
    return this.#room.messages.get().items;
  }

  get isAtEnd(): boolean {
    return this.#scroll?.isAtEnd ?? true;
  }

  get hasUnread(): boolean {
    return this.#last() > this.reading.upTo;
  }

  /** Follows the room until the returned function is called. `at`: the sequence of a message to show first. */
  open(at: number | null): () => void {
    let isLate = false;
    const place = () => this.#place(at, isLate);
    const late = setTimeout(() => {
      isLate = true;
      place();
    }, placeWithinMs);
    const attend = () => {
      this.#isAway &&= !isAttentive();
      this.#check();
    };
    const stops = [
      this.#room.state.subscribe(() => {
        this.#noteReset();
        place();
      }),
      this.#room.messages.subscribe(place),
      this.#room.onEvent((event) => this.#heard(event)),
    ];
    addEventListener('focus', attend);
    document.addEventListener('visibilitychange', attend);
    if (at !== null && (this.value.get().isPlaced || this.#isPlacing)) void this.jump(at);
    place();
    return () => {
      clearTimeout(late);
      clearTimeout(this.#markTimer);
      cancelAnimationFrame(this.#frame);
      removeEventListener('focus', attend);
      document.removeEventListener('visibilitychange', attend);
      for (const stop of stops) stop();
      this.reading.stop();
    };
  }

  /** Remembers where the viewer is, to come back to it in this visit. */
  leave(): void {
    if (this.#scroll) rememberPlace(this.#key, this.#scroll, shownOf(this.messages, this.slice));
  }

  /** Calls the listener when the viewer's place is lost: so much has happened that the room was loaded anew without it. */
  onLostPlace(listener: () => void): () => void {
    this.#lostPlace.add(listener);
    return () => this.#lostPlace.delete(listener);
  }

  takeTarget(): ScrollTarget | null {
    const target = this.value.get().isPlaced ? this.#target : null;
    if (target) this.#target = null;
    return target;
  }

  moved(scroll: LogScroll): void {
    this.#scroll = scroll;
    if (scroll.isAtEnd && this.value.get().missed > 0) queueMicrotask(() => this.#set({ missed: 0 }));
    this.#check();
  }

  async jump(sequence: number): Promise<void> {
    const { items } = this.#room.messages.get();
    const isHere = items.some((item) => item.sequence === sequence);
    this.#goal = sequence;
    this.isGoingToNewest = false;
    if (!isHere) await this.#room.jumpTo(sequence).catch(() => {});
    if (this.#wants('end')) return this.toEnd(); // the page that came has taken the place of the newest messages
    if (!this.#wants(sequence)) return;
    const messages = this.messages;
    const message = messages[Math.min(indexFrom(messages, sequence), messages.length - 1)];
    if (!message) return;
    this.#go({ type: 'message', id: message.id, share: 0.3 }, around(messages, message.sequence));
    this.#set({ markedId: message.id });
    clearTimeout(this.#markTimer);
    this.#markTimer = setTimeout(() => this.#set({ markedId: null }), markedMs);
  }

  /** Goes to the end of what is loaded, where unsent messages are, and to the newest messages as soon as they have come. */
  async toEnd(): Promise<void> {
    const { hasNewer } = this.#room.messages.get();
    this.#goal = 'end';
    this.#go({ type: 'end' }, null);
    if (!hasNewer) return;
    this.isGoingToNewest = true;
    await this.#room.toNewest().catch(() => {});
    if (!this.#wants('end')) return;
    this.isGoingToNewest = false;
    this.#go({ type: 'end' }, null);
  }

  /** Esc: reads all, and goes to the end. */
  readAll(): void {
    this.reading.all(this.#last());
    this.#set({ newFrom: null });
    void this.toEnd();
  }

  /** The viewer has sent something. */
  sent(): void {
    this.#set({ newFrom: null });
    void this.toEnd();
  }

  #wants(goal: number | 'end'): boolean {
    return this.#goal === goal;
  }

  #last(): number {
    return lastStored(this.messages);
  }

  #set(change: Partial<LogPlace>): void {
    const before = this.value.get();
    const isSame = (Object.keys(change) as (keyof LogPlace)[]).every((key) => before[key] === change[key]);
    if (!isSame) this.value.set({ ...before, ...change });
  }

  #go(target: ScrollTarget, shown: Shown | null): void {
    this.#target = target;
    this.value.set({ ...this.value.get(), shown, isPlaced: true, missed: 0 });
  }

  #place(at: number | null, isLate: boolean): void {
    const state = this.#room.state.get();
    const readState = 'fields' in state ? state.fields?.viewerMembership?.readState : null;
    if (readState) this.reading.begin(readState.lastReadSequence, this.#key);
    if (this.value.get().isPlaced || this.#isPlacing) return;
    const isLateWithMessages = isLate && state.status === 'catching-up' && this.messages.length > 0;
    if (state.status !== 'live' && !isLateWithMessages) return;
    const known = placeLeft(this.#key);
    const upTo = this.reading.upTo;
    const news = this.messages.filter((message) => this.#isNew(message) && message.sequence > upTo);
    if (at !== null) void this.#openAt(at);
    else if (known) this.#go({ type: 'message', id: known.id, share: known.share }, known.shown);
    else if (news.length === 0 || !readState) this.#go({ type: 'end' }, null);
    else this.#openAtNew(news, readState);
  }

  #noteReset(): void {
    const { status } = this.#room.state.get();
    if (status === 'loading' && this.value.get().isPlaced) this.#before ??= this.#scroll?.place()?.id ?? null;
    if ((status !== 'catching-up' && status !== 'live') || this.#before === null) return;
    const isThere = this.messages.some(({ id }) => id === this.#before);
    this.#before = null;
    if (isThere) return;
    this.#go({ type: 'end' }, null);
    for (const listener of this.#lostPlace) listener();
  }

  /** Opens the room at a message, or at the end if the room has none. */
  async #openAt(sequence: number): Promise<void> {
    this.#isPlacing = true;
    await this.jump(sequence);
    this.#isPlacing = false;
    if (!this.value.get().isPlaced) this.#go({ type: 'end' }, null);
  }

  /** Opens the room where the unread messages begin. */
  #openAtNew(news: readonly MessageItem[], readState: ReadState): void {
    const { upTo } = this.reading;
    const first = this.messages[0]?.sequence ?? 0;
    const isAllHere = first <= upTo + 1;
    const { value, isCapped } = isAllHere ? { value: 0, isCapped: false } : readState.unreadCount;
    const count = Math.max(news.length, value);
    const show = () => {
      this.#isPlacing = false;
      const message = this.messages.find((one) => this.#isNew(one) && one.sequence > upTo);
      if (!message) return this.#go({ type: 'end' }, null);
      this.#set({ newFrom: { messageId: message.id, count, isCapped } });
      this.#go({ type: 'message', id: message.id, share: 0.25 }, around(this.messages, message.sequence));
    };
    const begin = isAllHere ? null : readState.firstUnreadMessage;
    this.#isPlacing = begin !== null;
    if (begin) void this.#room.jumpTo(begin.sequence).then(show, show);
    else show();
  }

  #isNew(message: NewMessage): boolean {
    return isNews(message, this.#viewerId);
  }

  #heard(event: RoomEventFields): void {
    if (event.__typename !== 'MessageAddedEvent' || !this.#isNew(event.message)) return;
    const { newFrom, missed } = this.value.get();
    if (!this.isAtEnd) this.#set({ missed: missed + 1 });
    if (isAttentive()) return;
    this.#set({ newFrom: this.#isAway ? oneMore(newFrom, event.message.id) : oneMore(null, event.message.id) });
    this.#isAway = true;
  }

  /** Looks once a frame what the scroll position asks for. */
  #check(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const { log } = this.#scroll ?? {};
      if (!log || !this.value.get().isPlaced) return;
      this.#extend(log);
      const { messages } = this;
      const hasMore = this.slice.end < messages.length || this.#room.messages.get().hasNewer;
      if (isAttentive()) this.reading.looked(log, { messages, last: this.#last(), isAtEnd: this.isAtEnd && !hasMore });
    });
  }

  #extend(log: HTMLElement): void {
    if (this.#scroll?.isBusy) return;
    const wanted = extensionOf(log, this.#room.messages.get(), this.slice);
    if (wanted === 'older') void this.#room.loadOlder(pageRows).catch(() => {});
    else if (wanted === 'newer') void this.#room.loadNewer(pageRows).catch(() => {});
    else if (wanted) this.#set({ shown: wanted });
  }

  /** Returns what stands in the document. */
  sliced(): Slice {
    this.slice = sliceOf(this.messages, this.value.get().shown, this.isAtEnd);
    return this.slice;
  }
}
