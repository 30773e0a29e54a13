import { Socket } from 'node:net';

/** Returns the server's socket of a client's TCP connection. Both must be in this process. */
export function otherEnd(client: Socket): Socket {
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
  const found = handles.find((handle) => handle instanceof Socket && handle.remotePort === client.localPort);
  if (!(found instanceof Socket)) throw new Error('There is no other end in this process');
  return found;
}
