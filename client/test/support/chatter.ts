import { WebSocket } from 'ws';
import type { Person } from '../../../test/support/person.ts';
import type { Fault, Parley, ParleyOptions, Room } from '../../src/api.ts';
import { createParley } from '../../src/client.ts';

/** A client of a test server, and the faults that it has reported. */
export interface Chatter {
  readonly parley: Parley;
  readonly faults: Fault[];
}

/** Returns a client for a person who is signed in. */
export function chatter(person: Person, options: Partial<ParleyOptions> = {}): Chatter {
  const faults: Fault[] = [];
  const parley = createParley({ url: person.url, token: person.token, webSocket: WebSocket, ...options });
  parley.onFault((fault) => faults.push(fault));
  return { parley, faults };
}

/** Resolves when the store's value is as wanted. */
export function when<T>(
  store: { get(): T; subscribe(changed: () => void): () => void },
  isWanted: (value: T) => boolean,
): Promise<T> {
  return new Promise((resolve) => {
    const stop = store.subscribe(check);
    function check() {
      if (!isWanted(store.get())) return;
      queueMicrotask(() => stop());
      resolve(store.get());
    }
    check();
  });
}

export const live = (room: Room) => when(room.state, ({ status }) => status === 'live');

export const texts = (room: Room) => room.messages.get().items.map(({ text }) => text);
