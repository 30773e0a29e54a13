import type { Socket } from 'node:net';
import { otherEnd } from './other-end.ts';

/** Keeps all that the server writes to a client in the server's process, as a peer does who does not read; undone by what it returns. */
export function holdBack(client: Socket): () => void {
  const server = otherEnd(client);
  server.cork();
  return () => server.uncork();
}
