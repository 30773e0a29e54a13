import { KeyedMutex } from '../base/keyed-mutex.ts';

/** Lets the subscriptions of one connection make results one at a time: only one batch waits for a slow client. */
export const connectionMutex = new KeyedMutex<object>();
