export type * from './api.ts';
export { type ErrorCode, ParleyError } from './base/errors.ts';
export { messageId, newClientMessageId } from './base/ids.ts';
export type { Store } from './base/store.ts';
export { createParley } from './client.ts';
export { browserWake } from './connection/wake.ts';
export type {
  MessageFields,
  NotificationFields,
  RoomEventFields,
  RoomFields,
  UserFields,
} from './documents.ts';
export { memoryStorage } from './outbox/memory-storage.ts';

/** The version of this package; the server's log names it. */
export const version = '0.1.0';
