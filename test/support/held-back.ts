import type { Socket } from 'node:net';
import { otherEnd } from './other-end.ts';

/** Holds back what the server writes to a client, as if the client did not read. The returned function releases it. */
export function holdBack(client: Socket): () => void {
  const server = otherEnd(client);
  server.cork();
  return () => server.uncork();
}
