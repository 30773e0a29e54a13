// Apps that do not have it among their libraries understand `Parley[Symbol.dispose]` with this.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Client } from 'graphql-ws';
import type { ErrorCode, ParleyError } from './base/errors.ts';
import type { Store } from './base/store.ts';
import type {
  MessageFields,
  NotificationFields,
  RoomEventFields,
  RoomFields,
  RoomSnapshotQuery,
  UserFields,
  ViewerEventsSubscription,
} from './documents.ts';

export interface ParleyOptions {
  /** The GraphQL address, `http(s)://…/graphql`; in a browser, it may be relative. `ws(s)://` means the same. */
  readonly url: string;
  /**
   * The access token alone, or a function that gets one; white space around it and `Bearer` before it are left out. Null or
   * an empty text: anonymous at `start`, otherwise signed out.
   */
  readonly token: string | null | ((why: TokenReason) => string | null | Promise<string | null>);
  readonly deviceId?: string;
  readonly language?: string;
  /**
   * Where unsent messages are kept: `memoryStorage()` if it is left out. What is written before the server has said who is
   * signed in belongs to the user known last: several users at the same time need a storage each.
   */
  readonly storage?: Storage;
  /**
   * The class for WebSockets: needed in Node 20, which has none; there, that of `ws`. `createParley` throws without one.
   * Null if only HTTP is used: `request`, `fetch`, `snapshot`; everything else fails with `BAD_REQUEST`.
   */
  readonly webSocket?: WebSocketConstructor | null;
  readonly fetch?: typeof fetch;
  /** `browserWake()` where there is a document, else none. */
  readonly wake?: Wake;
  /** How many milliseconds something that nobody uses stays subscribed: 2000. */
  readonly linger?: number;
  /**
   * Gets what happens, for the app's own log; never a token or a text. These say why a client is silent, and not
   * again while the reason stays the same: `closed` (an attempt failed, the connection is lost, or, with 4403, the token is
   * refused) and `token` (your function failed), with `why` as in `connection`, and the `error` if there is one; then
   * `connected`.
   */
  readonly log?: (entry: LogEntry) => void;
}

export type TokenReason = 'start' | 'expiring' | 'refused';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly what: string;
  readonly [detail: string]: unknown;
}

/** What `parley-client/connection` has: for apps whose GraphQL client does the rest. */
export interface ParleyConnection {
  /** The GraphQL address, absolute. */
  readonly url: string;
  readonly connection: Store<Connection>;
  readonly session: Store<Session>;
  /** Executes a query or mutation over HTTP. */
  request<D, V>(document: Document<D, V>, variables: V, options?: RequestOptions): Promise<D>;
  /** Follows a subscription over all losses of the connection, or executes a query or mutation over the WebSocket. */
  subscribe<D, V>(document: Document<D, V>, variables: V, sink: Sink<D>): () => void;
  iterate<D, V>(document: Document<D, V>, variables: V, options?: RequestOptions): AsyncIterable<D>;
  /** The same in the form of graphql-ws's client, for any library that takes one. */
  readonly socket: Client;
  /** `fetch` for any library that sends requests to `url` over HTTP: it adds the token, and a new one once it is refused. */
  readonly fetch: typeof fetch;
  /**
   * Calls the listener when the server cannot replay what a subscription missed: fetch anew, then `resume`. Without a
   * listener, the subscription ends with the error. One that throws or rejects is reported (`LISTENER`); all are called
   * again, unless one has resumed.
   */
  onReset(listener: (reset: Reset) => unknown): () => void;
  /** Reports faults of this package or the server: holes, repeats, broken frames. */
  onFault(listener: (fault: Fault) => void): () => void;
  /**
   * Connects before something needs it, and after a `disconnect`, a sign-out or a failure. If nobody is signed in, it asks
   * for the token again (`start`): call it when somebody has signed in.
   */
  connect(): void;
  disconnect(): void;
  /**
   * Signs out at once, and then revokes the session, also if the client is disposed or another user signs in meanwhile.
   * Asks for the token (`start`) if nothing has yet. Resolves with how many messages were not sent. `keep`: they are sent
   * when the same user signs in.
   */
  signOut(options?: { readonly unsent?: 'discard' | 'keep' }): Promise<{ unsent: number }>;
  /** Ends everything, at once and for good. */
  dispose(): void;
  [Symbol.dispose](): void;
}

export interface Parley extends ParleyConnection {
  /**
   * Unread messages: their sum and the counts of all rooms, as the server counts. Changes of which nobody is notified, such
   * as messages of a room that a device of the viewer follows, are counted two seconds later, or up to a minute if many
   * come and none is read.
   */
  readonly unread: Store<Unread>;
  readonly outbox: Outbox;
  /** Returns the room; the same object for the same id. Makes no request by itself. */
  room(id: string): Room;
  presence(roomIds: readonly string[]): Store<Presence>;
  setStatus(status: PresenceStatus, text?: string | null): Promise<void>;
  /**
   * Calls the listener with each new notification, also of those that came during a cut, unless more than 100 are pending:
   * then only the oldest 100 are known.
   */
  onNotification(listener: (notification: NotificationFields) => void): () => void;
  /** Calls the listener with everything that concerns the viewer in all rooms, snapshots included. */
  onViewerEvent(listener: (event: ViewerEvent) => void): () => void;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

export type Connection =
  | { readonly status: 'idle' | 'ready' | 'closed' }
  /** `lost`: for more than five seconds, so that an app should show it. */
  | { readonly status: 'connecting'; readonly lost: boolean }
  | { readonly status: 'waiting'; readonly retryAt: number; readonly why: string; readonly lost: boolean }
  | { readonly status: 'failed'; readonly why: ParleyError };

export type Session =
  | { readonly status: 'unknown' | 'anonymous' }
  | { readonly status: 'signed-in'; readonly userId: string; readonly expiresAt: number | null }
  | { readonly status: 'signed-out'; readonly why: 'no-token' | 'refused' | 'signed-out' };

/** A subscription whose history the server cannot replay. It goes on when a listener calls `resume`. */
export interface Reset {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The room, if the operation takes its id from a variable. */
  readonly roomId?: string | undefined;
  readonly reason: string;
  readonly resume: (cursor: string) => void;
}

export interface Fault {
  readonly code: 'HOLE' | 'REPEAT' | 'BROKEN_FRAME' | 'CLOSED' | 'LISTENER';
  readonly message: string;
  readonly [detail: string]: unknown;
}

/** A text, a document of GraphQL Code Generator in string mode (`charAt`: a kind of string), or `{ query }`. */
export type Document<D, V> = ({ readonly query: string } | Pick<string, 'toString' | 'charAt'>) & {
  readonly __apiType?: ((variables: V) => D) | undefined;
};

export interface Sink<D> {
  next(data: D): void;
  error(error: ParleyError): void;
  complete(): void;
}

export interface Room {
  readonly id: string;
  readonly state: Store<RoomState>;
  readonly messages: Store<MessageWindow>;
  readonly typists: Store<readonly UserFields[]>;
  /** How far each member has read, by the user's id. */
  readonly readers: Store<ReadonlyMap<string, number>>;
  /** Follows the room until the returned function is called. Whoever subscribes to a store holds the room too. */
  hold(): () => void;
  /** Asks for the room over HTTP, such as on a server that renders the page. The answer is plain JSON. */
  snapshot(last?: number): Promise<RoomSnapshot>;
  /**
   * Goes on from a snapshot instead of loading the room. Does nothing once the room was followed, or its user has changed.
   * A snapshot that is of another user than the one who is signed in, or signs in next, is not taken.
   */
  restore(snapshot: RoomSnapshot): void;
  onEvent(listener: (event: RoomEventFields) => void): () => void;
  events(options?: RoomEventsOptions): AsyncIterable<RoomEventFields>;
  /** Moves the window, as the next three do. If that fails, the window shows the error: a rejection needs no handler. */
  loadOlder(count?: number): Promise<void>;
  /** Loads newer messages: there are some after `jumpTo`, and after `loadOlder` has dropped the newest ones. */
  loadNewer(count?: number): Promise<void>;
  jumpTo(sequence: number): Promise<void>;
  toNewest(): Promise<void>;
  /**
   * Sends a message, which is in the window at once. Where the window does not end with the newest message, as after
   * `jumpTo`, it leaves the window when it is stored, until `loadNewer` or `toNewest`.
   */
  send(text: string, options?: SendOptions & { readonly request?: never }): Outgoing<MessageFields>;
  send(text: string, options?: SendOptions): Outgoing;
  edit(id: string, text: string): Outgoing<MessageFields>;
  remove(id: string): Outgoing<MessageFields>;
  react(id: string, emoji: string, on?: boolean): Outgoing<MessageFields>;
  /** Marks the room as read up to this sequence, or up to the newest message without a gap. */
  markRead(upTo?: number): void;
  /** Call it at every key press: it is sent every three seconds, and ends after five seconds of silence. */
  typing(isTyping?: boolean): void;
}

export interface RoomEventsOptions extends RequestOptions {
  readonly after?: string;
  /** Keeps the cursor in the storage under this name, after the body of the loop has ended. */
  readonly remember?: string;
}

export interface SendOptions {
  readonly replyTo?: string;
  /**
   * Sending twice with the same one stores one message. A UUIDv7 in lower case, as it is by default, makes the id of the
   * message; with any other, `Outgoing.id` is a temporary one until the server has answered.
   */
  readonly clientMessageId?: string;
  /**
   * A document of the app's own to send it with; it is not kept in the storage. Its answer goes to `answered`, and `done`
   * resolves to null. Not used if a message with the same `clientMessageId` is waiting or under way.
   */
  readonly request?: SendRequest;
}

/** The app's own mutation for one message. Its payload must select `parleyErrors: userErrors { code message path }`. */
export interface SendRequest {
  /** Returns the mutation and its variables. If it throws, or returns something else, the message fails: `BAD_REQUEST`. */
  payload(input: object): { readonly query: string; readonly variables: object };
  /** The server has answered, perhaps with a refusal. What it throws is reported (`LISTENER`). */
  answered(data: unknown): void;
}

export type RoomState =
  | { readonly status: 'idle' | 'loading' }
  | { readonly status: 'catching-up' | 'live'; readonly fields: RoomFields }
  | { readonly status: 'ended' | 'failed'; readonly why: ParleyError; readonly fields?: RoomFields };

/** A room with its newest messages, and from where to follow it. */
export interface RoomSnapshot {
  readonly viewer: RoomSnapshotQuery['viewer'];
  readonly room: NonNullable<RoomSnapshotQuery['room']>;
}

export interface MessageWindow {
  /** By sequence; pending messages are the last ones. */
  readonly items: readonly MessageItem[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  readonly isLoading: boolean;
  readonly error?: ParleyError;
}

/** `sending` is present in the viewer's own messages until the server has stored them. */
export type MessageItem = MessageFields & { readonly sending?: OutgoingState };

export interface Outgoing<Stored extends MessageFields | null = MessageFields | null> {
  readonly id: string;
  /** `send` is a message, the others change one. The edit of a message that still waits is part of its `send`. */
  readonly kind: 'send' | 'edit' | 'remove' | 'react' | 'read';
  readonly state: Store<OutgoingState>;
  /**
   * The message; null if the app's own `request` has sent it. Its rejection needs no handler. Rejects with `SIGNED_OUT`
   * when the user is gone, although what is kept for them stays `queued`, and is sent when they are back. Another promise
   * then, and after a `retry`.
   */
  readonly done: Promise<Stored>;
  /**
   * Sends once more what has failed, if its user is gone: when they are back. Returns false, and does nothing, if it has
   * not failed, or is over: discarded (`DISCARDED`, also by a sign-out: `SIGNED_OUT`), sent while nobody could be signed
   * in (`SIGNED_OUT`), or the client is disposed (`DISPOSED`).
   */
  retry(): boolean;
  /** Gives it up. What the server has refused stays in the outbox and the storage until then, or until `retry`. */
  discard(): void;
}

export type OutgoingState =
  | { readonly status: 'queued' | 'sent' }
  | { readonly status: 'sending'; readonly tries: number }
  | { readonly status: 'waiting'; readonly until: number; readonly code: ErrorCode }
  | { readonly status: 'failed'; readonly why: ParleyError };

export interface Outbox extends Store<readonly Outgoing[]> {
  /** How many unsent messages belong to other tabs. */
  readonly elsewhere: Store<number>;
  /** Sends the messages of other tabs from this one. */
  takeOver(): Promise<void>;
}

/** What concerns the viewer, in any room. */
export type ViewerEvent = ViewerEventsSubscription['viewerEvents'];

export interface Unread {
  readonly count: number;
  readonly isCapped: boolean;
  readonly rooms: ReadonlyMap<string, { readonly count: number; readonly isCapped: boolean }>;
}

export type PresenceStatus = 'ONLINE' | 'IDLE' | 'DO_NOT_DISTURB' | 'OFFLINE';

export interface Presence {
  /** The users who are present, by their ids. */
  readonly users: ReadonlyMap<string, { readonly status: PresenceStatus; readonly statusText?: string | null }>;
  readonly rooms: ReadonlyMap<string, { readonly onlineCount: number; readonly userIds: readonly string[] }>;
}

/** Tells when the device wakes, sleeps, or finds or loses its network. */
export interface Wake {
  /** `why` is `online` if a network appeared: then not all devices shall come back at the same moment. */
  onWake(listener: (why?: 'online') => void): () => void;
  /** The page may be frozen from now on: the connection is closed until the next wake. */
  onSleep?(listener: () => void): () => void;
  /** The device says that it has no network. It may be wrong. */
  onOffline?(listener: () => void): () => void;
  isHidden?(): boolean;
}

/** Keeps rows of plain JSON. Every call may be repeated. */
export interface Storage {
  load(scope: string): Promise<readonly Row[]>;
  put(scope: string, row: Row): Promise<void>;
  delete(scope: string, id: string): Promise<void>;
  clear(scope: string): Promise<void>;
}

export interface Row {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** What this package uses of a WebSocket: browsers, Node 22 and `ws` have it. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string, protocol: string) => WebSocketLike;
