export type * from './api.ts';
export { createParley } from './client.ts';
export { type ErrorCode, ParleyError } from './errors.ts';
export type { Store } from './store.ts';
export { browserWake } from './wake.ts';

/** The version of this package; the server's log names it. */
export const version = '0.1.0';
