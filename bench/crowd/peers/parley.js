// Parley: its compiled server.
import { globalId } from '../../guests.js';
import { openParley, path } from '../../parley.js';

/** @type {(options: import('../contestants.js').StartOptions) => Promise<import('../contestants.js').Target>} */
export async function startParley(options) {
  const { pid, port, stop } = await openParley(options);
  return {
    pid,
    port,
    path,
    idOf: globalId,
    tokenOf: ({ token }) => token,
    connectionParams: ({ token }) => ({ token }),
    stop,
  };
}
