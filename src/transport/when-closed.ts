import type { ServerResponse } from 'node:http';

/** Calls back when nobody can be answered any more, at once if so already: `close` comes once, and not to who listens later. */
export function whenClosed(response: ServerResponse, callback: () => void): void {
  if (response.closed) callback();
  else response.once('close', callback);
}
