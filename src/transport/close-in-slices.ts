import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, closeTimeoutMs } from './connection.ts';

type Closable = Pick<Connection, 'finish' | 'close' | 'cut' | 'onClose'>;

const goingAwayCode = 1001;
/** The time over which the closing is spread, so that ten thousand clients do not reconnect to other nodes at once. */
export const spreadMs = 2000;
const slices = 100;
/** The number of connections in a slice, unless that would make more than `slices` slices. */
const sliceSize = 50;

/** Closes connections, each when its operations have been answered. Resolves when all are closed or cut. */
export async function closeInSlices(connections: ReadonlySet<Closable>, withinMs: number): Promise<void> {
  const cutAt = performance.now() + withinMs;
  const closed = [...connections].map((connection) => new Promise<void>((resolve) => connection.onClose(resolve)));
  const timer = setTimeout(() => {
    for (const connection of connections) connection.cut();
  }, withinMs);
  const size = Math.max(sliceSize, Math.ceil(connections.size / slices));
  const open = [...connections];
  for (let begin = 0; begin < open.length; begin += size) {
    if (begin > 0) await pause(spreadMs / slices);
    for (const connection of open.slice(begin, begin + size)) void closeWhenIdle(connection, cutAt);
  }
  await Promise.all(closed);
  clearTimeout(timer);
}

async function closeWhenIdle(connection: Closable, cutAt: number): Promise<void> {
  const timer = setTimeout(
    () => connection.close(goingAwayCode, 'Going away'),
    cutAt - closeTimeoutMs - performance.now(),
  );
  await connection.finish();
  clearTimeout(timer);
  connection.close(goingAwayCode, 'Going away');
}
