import { KeyedMutex } from '../base/keyed-mutex.ts';
import type { Outbox } from './outbox.ts';

/** Lets the operations of one socket create frames one at a time: only one batch waits for a slow client. */
export const outboxMutex = new KeyedMutex<Outbox>();
