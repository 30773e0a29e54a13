import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { isAsyncIterable } from '../execution/subscription-results.ts';
import { eachApart } from './each-apart.ts';
import { keepAliveMs } from './keep-alive.ts';
import { whenClosed } from './when-closed.ts';

/** A result that may bring its own way to be written, with its cursor. */
type StreamedResult = ExecutionResult & { stringify?: (result: ExecutionResult) => string };

/** What Node.js answers with is what Yoga puts beside the context. */
interface NodeContext {
  res: ServerResponse;
}

interface Stream {
  ping(): void;
  end(): void;
  /** Ends it with its connection, after a fault. */
  cut(): void;
}

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
  readonly #timer: NodeJS.Timeout;
  readonly #onFault: (error: unknown) => void;
  #isClosed = false;

  constructor(onFault: (error: unknown) => void, everyMs = keepAliveMs) {
    this.#onFault = onFault;
    this.#timer = setInterval(() => this.#forEach((stream) => stream.ping()), everyMs).unref();
  }

  readonly plugin: Plugin = {
    onSubscribe: ({ args }) => ({
      // Whatever becomes of it: much is never streamed, as it is not accepted, a hook fails, or its reader has gone already.
      onSubscribeResult: ({ result }) => {
        const { res: response } = args.contextValue as Partial<NodeContext>;
        if (!response || !isAsyncIterable(result)) return;
        const iterator = result[Symbol.asyncIterator]();
        whenClosed(response, () => void this.#giveBack(iterator));
      },
    }),
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
    let controller: ReadableStreamDefaultController<Uint8Array>;
    const write = (text: string) => controller.enqueue(encoder.encode(text));
    const leave = async () => {
      if (isOver) return;
      isOver = true;
      this.#open.delete(stream);
      await this.#giveBack(iterator);
    };
    const stream: Stream = {
      ping: () => (controller.desiredSize ?? 0) > 0 && write(':\n\n'),
      end: () => {
        if (isOver) return;
        void leave();
        controller.close();
      },
      cut: () => {
        void leave();
        response.destroy();
      },
    };
    const pull = async () => {
      const { value, done } = await iterator.next();
      if (isOver) return;
      if (value) write(`event: next\ndata: ${(value.stringify ?? JSON.stringify)(value)}\n\n`);
      if (!done) return;
      write('event: complete\ndata:\n\n');
      stream.end();
    };
    const body = new api.ReadableStream<Uint8Array>({
      // Not called if nobody is left to read.
      start: (given) => {
        controller = given;
        write(':\n\n'); // some browsers show a stream only when something has come
        this.#open.add(stream);
        whenClosed(response, leave);
        if (this.#isClosed) stream.end();
      },
      pull: () => pull().catch((error: unknown) => this.#cut(stream, error)),
      cancel: leave,
    });
    return new api.Response(body, { headers });
  }

  /** Nobody waits for this: what fails here would end the process. */
  async #giveBack(iterator: AsyncIterator<unknown>): Promise<void> {
    try {
      await iterator.return?.();
    } catch (error) {
      this.#onFault(error);
    }
  }

  #forEach(act: (stream: Stream) => void): void {
    eachApart(this.#open, act, (error, stream) => this.#cut(stream, error));
  }

  #cut(stream: Stream, error: unknown): void {
    this.#onFault(error);
    stream.cut();
  }

  /** Ends all, without `complete`: whoever listens comes back and goes on, on whichever node. So does who comes later. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#forEach((stream) => stream.end());
  }
}
