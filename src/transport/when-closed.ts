import type { ServerResponse } from 'node:http';

/** Calls back when the response is closed, at once if it is: `close` is emitted once, and not to later listeners. */
export function whenClosed(response: ServerResponse, callback: () => void): void {
  if (response.closed) callback();
  else response.once('close', callback);
}
