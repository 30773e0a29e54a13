'use client';

import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useSyncExternalStore,
} from 'react';
import type {
  Connection,
  MessageWindow,
  Outgoing,
  Parley,
  Presence,
  Room,
  RoomSnapshot,
  RoomState,
  SendOptions,
  Unread,
} from './api.ts';
import type { Store } from './base/store.ts';
import type { UserFields } from './documents.ts';

interface Provided {
  readonly client: Parley;
  /** What the server has rendered, by the room's id. */
  readonly rendered: ReadonlyMap<string, RoomSnapshot>;
}

const Context = createContext<Provided | null>(null);
const noRooms: readonly RoomSnapshot[] = [];

// What a server renders, and a browser hydrates, for what only a connection tells.
const unconnected: Connection = { status: 'idle' };
const unloaded: RoomState = { status: 'loading' };
const noMessages: MessageWindow = { items: [], hasOlder: false, hasNewer: false, isLoading: true };
const nobody: readonly UserFields[] = [];
const nothingUnsent: readonly Outgoing[] = [];
const nothingUnread: Unread = { count: 0, isCapped: false, rooms: new Map() };
const nobodyPresent: Presence = { users: new Map(), rooms: new Map() };
const noPresence: Store<Presence> = { get: () => nobodyPresent, subscribe: () => () => {} };

export interface ParleyProviderProps {
  readonly client: Parley;
  /** Snapshots that the server has rendered (`room.snapshot()`): give the browser the same ones. */
  readonly rooms?: readonly RoomSnapshot[];
  readonly children?: ReactNode;
}

/** Gives the hooks below it a client. The app disposes the client. */
export function ParleyProvider({ client, rooms = noRooms, children }: ParleyProviderProps): ReactNode {
  const provided = useMemo(() => {
    for (const snapshot of rooms) client.room(snapshot.room.id).restore(snapshot);
    return { client, rendered: new Map(rooms.map((snapshot) => [snapshot.room.id, snapshot])) };
  }, [client, rooms]);
  return createElement(Context.Provider, { value: provided }, children);
}

/** Returns the client. */
export function useParley(): Parley {
  return useProvided().client;
}

/** Returns the value of any store, such as `room.readers`. `rendered`: what a server renders, if that differs. */
export function useStore<T>(store: Store<T>, rendered?: T): T {
  return useSyncExternalStore(store.subscribe, store.get, rendered === undefined ? store.get : () => rendered);
}

/** Returns the state of a room, and the room with its methods. Follows the room while it is mounted. */
export function useRoom(id: string): RoomState & { readonly room: Room } {
  const { client, rendered } = useProvided();
  const room = client.room(id);
  const snapshot = rendered.get(id);
  const first = useMemo(() => (snapshot ? stateOf(snapshot) : unloaded), [snapshot]);
  const state = useStore(room.state, first);
  return useMemo(() => ({ ...state, room }), [state, room]);
}

/** Messages of a room, and how to see others. All functions stay the same over all renders. */
export interface Messages extends MessageWindow {
  readonly loadOlder: () => Promise<void>;
  readonly loadNewer: () => Promise<void>;
  readonly jumpTo: (sequence: number) => Promise<void>;
  readonly toNewest: () => Promise<void>;
}

/** Returns the messages of a room that are in memory, at most 500. Follows the room while it is mounted. */
export function useMessages(id: string, { pageSize = 50 }: { readonly pageSize?: number } = {}): Messages {
  const { client, rendered } = useProvided();
  const room = client.room(id);
  const snapshot = rendered.get(id);
  const first = useMemo(() => (snapshot ? windowOf(snapshot) : noMessages), [snapshot]);
  const window = useStore(room.messages, first);
  // Before anything has been asked for, an empty list does not mean an empty room.
  const isIdle = useSyncExternalStore(
    room.state.subscribe,
    () => room.state.get().status === 'idle' && window.items.length === 0,
    () => false,
  );
  const moves = useMemo(
    () => ({
      loadOlder: () => room.loadOlder(pageSize),
      loadNewer: () => room.loadNewer(pageSize),
      jumpTo: (sequence: number) => room.jumpTo(sequence),
      toNewest: () => room.toNewest(),
    }),
    [room, pageSize],
  );
  return useMemo(() => ({ ...window, isLoading: window.isLoading || isIdle, ...moves }), [window, isIdle, moves]);
}

/** Returns a function that sends a text to a room. It stays the same over all renders. */
export function useSend(id: string): (text: string, options?: SendOptions) => Outgoing {
  const room = useParley().room(id);
  return useCallback((text: string, options?: SendOptions) => room.send(text, options), [room]);
}

/** Returns who else is typing in a room. */
export function useTyping(id: string): readonly UserFields[] {
  return useStore(useParley().room(id).typists, nobody);
}

/** Returns who is present in rooms, at most 50. */
export function usePresence(roomIds: readonly string[]): Presence {
  const client = useParley();
  return useStore(roomIds.length > 0 ? client.presence(roomIds) : noPresence, nobodyPresent);
}

/** Returns how many messages the viewer has not read, in all and by room. */
export function useUnread(): Unread {
  return useStore(useParley().unread, nothingUnread);
}

/** Returns the state of the connection. Show it if it is `lost` or `failed`. */
export function useConnection(): Connection {
  return useStore(useParley().connection, unconnected);
}

/** Returns what waits to be sent, in all rooms. `useStore(outgoing.state)` follows one of them. */
export function useOutgoing(): readonly Outgoing[] {
  return useStore(useParley().outbox, nothingUnsent);
}

function useProvided(): Provided {
  const provided = useContext(Context);
  if (!provided) throw new Error('Put <ParleyProvider client={…}> around the components that use Parley.');
  return provided;
}

const stateOf = ({ room }: RoomSnapshot): RoomState => ({ status: 'catching-up', fields: room });

function windowOf({ room }: RoomSnapshot): MessageWindow {
  const items = room.messages.nodes;
  return { items, hasOlder: (items[0]?.sequence ?? 0) > 1, hasNewer: false, isLoading: false };
}
