import { Socket } from 'node:net';

/** The server's end of a client's TCP connection, where both are in this process. */
export function otherEnd(client: Socket): Socket {
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
  const found = handles.find((handle) => handle instanceof Socket && handle.remotePort === client.localPort);
  if (!(found instanceof Socket)) throw new Error('There is no other end in this process');
  return found;
}
