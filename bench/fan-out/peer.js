import { join } from 'node:path';
import { startServer } from '../server-process.js';

/**
 * Starts a program of `peers/` and sends it messages through its standard input.
 * @param {string} program
 * @param {(subscription: { room: string, index: number }) => import('../connection.js').Protocol} subscription
 * @param {import('./contestants.js').Recovery} [recovery]
 * @returns {(options: import('./contestants.js').StartOptions) => Promise<import('./contestants.js').Server>}
 */
export function peer(program, subscription, recovery) {
  return async ({ core, rooms }) => {
    const args = [join(import.meta.dirname, 'peers', program)];
    const { pid, input, match, ended, stop } = await startServer({ args, core, ready: /^ready (\d+)$/m });
    return {
      pid,
      port: Number(match[1]),
      rooms: Array.from({ length: rooms }, (_, index) => `room-${index}`),
      subscription,
      publish: (room, texts) => void input.write(texts.map((text) => `${room}\t${text}\n`).join('')),
      ended,
      stop,
      recovery,
    };
  };
}
