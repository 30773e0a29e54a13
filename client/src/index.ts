export type * from './api.ts';
export { createParley } from './client.ts';
export type {
  MessageFields,
  NotificationFields,
  RoomEventFields,
  RoomFields,
  UserFields,
} from './documents.ts';
export { type ErrorCode, ParleyError } from './errors.ts';
export { messageId, newClientMessageId } from './ids.ts';
export { memoryStorage } from './memory-storage.ts';
export type { Store } from './store.ts';
export { browserWake } from './wake.ts';

/** The version of this package; the server's log names it. */
export const version = '0.1.0';
