import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Config } from '../config.ts';

type Address = Pick<Config, 'host' | 'port'>;

/**
 * How many connections may wait to be accepted: all clients of a node reconnect at once after a network failure, and a
 * client that finds no room retries only after one second, then three. On Linux, net.core.somaxconn is the upper limit.
 */
const backlog = 65_535;

/** Rejects with one line that says what to change. */
export async function listen(server: Server, { host, port }: Address): Promise<void> {
  server.listen({ port, host, backlog });
  await once(server, 'listening').catch((error: Error) => {
    throw new Error(`Cannot listen at ${host}:${port}: ${error.message}. Check HOST and PORT.`, { cause: error });
  });
}

/** Rejects as `listen` does. Called before the server opens anything, so that a start that fails migrates no database. */
export async function requireFreePort(address: Address): Promise<void> {
  // A client that connects already is disconnected, and retries.
  const probe = createServer((socket: Socket) => socket.destroy());
  await listen(probe, address);
  probe.close();
  await once(probe, 'close');
}
