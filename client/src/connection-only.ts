import type { ParleyConnection, ParleyOptions } from './api.ts';
import { type Above, connect, ordinary } from './connection/parley-connection.ts';

export type * from './api.ts';
export { type ErrorCode, ParleyError } from './base/errors.ts';
export { messageId, newClientMessageId } from './base/ids.ts';
export { browserWake } from './connection/wake.ts';

const nothing: Above = {
  outbox: { get: () => [], signOut: async () => 0 },
  onViewerEvent: () => () => {},
};

/**
 * Returns the connection of a client alone, for an app whose GraphQL client does the rest: it keeps the token current and
 * resumes each subscription, and knows no rooms and no outbox. It opens nothing before something is used.
 */
export function createParleyConnection(options: Omit<ParleyOptions, 'storage'>): ParleyConnection {
  return connect(ordinary, options, () => nothing)[0];
}
