import { connectionMutex } from './connection-mutex.ts';
import { unreadStateBytes } from './limits.ts';
import { bytesOf } from './rendering.ts';
import { Retries } from './retries.ts';
import { noPayloads, type Sink } from './sink.ts';
import type { StateStream } from './state-stream.ts';

/** Makes what is sent for a value: the UTF-8 of a JSON value. */
export interface StateRendering<Value> {
  /** Returns the same promise to all subscribers of the same operation; null if the result depends on its reader. */
  shared: (value: Value) => Promise<Buffer | null>;
  /** Renders a value for one reader. */
  own: (value: Value) => Promise<Buffer>;
}

interface Pumping<Value> {
  sink: Sink;
  rendering: StateRendering<Value>;
}

/**
 * The most values in one batch. A batch has fewer if more would exceed `unreadStateBytes`, judged by the size of the last
 * batch.
 */
const maxTogether = 32;

/** Sends the values of a stream to a sink; resolves when the stream is over. */
export async function pump<Value>(stream: StateStream<Value>, pumping: Pumping<Value>): Promise<void> {
  const { sink } = pumping;
  const retries = new Retries();
  for (let values = await stream.take(); values; values = await stream.take()) {
    const taken = values;
    const obstacle = await connectionMutex.run(sink.connection, () => send(taken, stream, pumping));
    if (stream.isOver) continue;
    if (!obstacle) {
      retries.succeeded();
      continue;
    }
    stream.restart();
    await (obstacle === 'no room' ? sink.drained() : stream.waitToRetry(obstacle.fault, retries));
  }
}

/**
 * Renders and sends values in batches, each only when there is room, so that nothing is rendered for a peer that does not
 * read. Resolves to the reason why the stream must start over; null if it need not.
 */
async function send<Value>(
  values: readonly Value[],
  stream: StateStream<Value>,
  { sink, rendering }: Pumping<Value>,
): Promise<'no room' | { fault: unknown } | null> {
  if (!sink.hasRoomFor(noPayloads)) return 'no room';
  let count = 1;
  for (let sent = 0; sent < values.length; ) {
    const batch = values.length === 1 ? values : values.slice(sent, sent + count);
    const payloads = await renderAll(batch, rendering, stream);
    if (stream.isOver) return null;
    if (!Array.isArray(payloads)) return payloads;
    if (!sink.hasRoomFor(payloads)) {
      // Starts over only before the first batch; otherwise a reader with a large snapshot would do so again and again.
      if (sent === 0) return 'no room';
      await sink.drained();
      if (stream.isOver) return null;
    }
    sink.send(payloads);
    sent += batch.length;
    count = Math.min(maxTogether, Math.max(1, Math.floor((batch.length * unreadStateBytes) / bytesOf(payloads))));
  }
  return null;
}

async function renderAll<Value>(
  values: readonly Value[],
  { shared, own }: StateRendering<Value>,
  { source, faults }: StateStream<Value>,
): Promise<Buffer[] | { fault: unknown }> {
  const hasLeft = (value: Value) => {
    const topic = source.accessEnd ? source.topicOf(value) : null;
    return topic !== null && source.accessEnd?.(topic) != null;
  };
  const render = async (value: Value) => {
    const hadLeft = hasLeft(value);
    const payload = (hadLeft ? null : await shared(value)) ?? (await own(value));
    // The reader may have lost access during the await, and the shared result shows what others still see.
    return hadLeft || !hasLeft(value) ? payload : own(value);
  };
  try {
    const [only] = values;
    // Nearly always there is one value, which thousands of subscribers await: this path saves work for each of them.
    if (values.length === 1 && only !== undefined) return [await render(only)];
    return await Promise.all(values.map(render));
  } catch (error) {
    if (faults.isFault(error)) return { fault: error };
    throw error;
  }
}
