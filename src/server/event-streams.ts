import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { isAsyncIterable } from './execution.ts';

/** A result that may bring its own way to be written, with its cursor. */
type StreamedResult = ExecutionResult & { stringify?: (result: ExecutionResult) => string };

/** What Node.js answers with is what Yoga puts beside the context. */
interface NodeContext {
  res: ServerResponse;
}

interface Stream {
  ping(): void;
  end(): void;
}

/** How often a stream that has nothing to tell writes a comment, so that proxies keep it open. */
const pingMs = 12_000;

const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  // nginx holds answers back until it has a buffer full of them, unless it is told not to.
  'x-accel-buffering': 'no',
};

/**
 * Subscriptions as Server-Sent Events. A stream keeps at most one event for its reader, and asks for the next when the
 * connection has taken that. Not Yoga's own streams: those cannot end without `complete`, which tells clients not to come
 * back, and put no header on what nginx would hold back.
 */
export class EventStreams {
  readonly #open = new Set<Stream>();
  readonly #timer = setInterval(() => {
    for (const stream of this.#open) stream.ping();
  }, pingMs).unref();

  readonly #onFault: (error: unknown) => void;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  readonly plugin: Plugin = {
    onResultProcess: (hook) => {
      const { result, resultProcessor, serverContext } = hook;
      const { res: response } = serverContext as Partial<NodeContext>;
      if (!response || !resultProcessor || !isAsyncIterable(result)) return;
      const results = result as AsyncIterable<StreamedResult>;
      hook.setResultProcessor((_result, api) => this.#respond(results, { api, response }), headers['content-type']);
    },
  };

  #respond(results: AsyncIterable<StreamedResult>, { api, response }: { api: FetchAPI; response: ServerResponse }) {
    const iterator = results[Symbol.asyncIterator]();
    const encoder = new api.TextEncoder();
    let isOver = false;
    const leave = async () => {
      if (isOver) return;
      isOver = true;
      this.#open.delete(stream);
      // Nobody waits for this: what fails here would end the process.
      await Promise.resolve(iterator.return?.()).catch(this.#onFault);
    };
    let controller: ReadableStreamDefaultController<Uint8Array>;
    const write = (text: string) => controller.enqueue(encoder.encode(text));
    const stream: Stream = {
      ping: () => (controller.desiredSize ?? 0) > 0 && write(':\n\n'),
      end: () => {
        if (isOver) return;
        void leave();
        controller.close();
      },
    };
    const body = new api.ReadableStream<Uint8Array>({
      start: (given) => {
        controller = given;
        write(':\n\n'); // some browsers show a stream only when something has come
      },
      pull: async () => {
        const { value, done } = await iterator.next().catch(async (error: unknown) => {
          await leave();
          throw error;
        });
        if (isOver) return;
        if (value) write(`event: next\ndata: ${(value.stringify ?? JSON.stringify)(value)}\n\n`);
        if (!done) return;
        write('event: complete\ndata:\n\n');
        stream.end();
      },
      cancel: leave,
    });
    this.#open.add(stream);
    response.once('close', leave);
    return new api.Response(body, { headers });
  }

  /** Ends all, without `complete`: whoever listens comes back and goes on, on whichever node. */
  close(): void {
    clearInterval(this.#timer);
    for (const stream of this.#open) stream.end();
  }
}
