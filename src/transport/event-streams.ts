import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { isAsyncIterable } from '../execution/subscription-results.ts';
import { eachApart } from './each-apart.ts';
import { keepAliveMs } from './keep-alive.ts';
import type { NodeContext } from './node-context.ts';
import { whenClosed } from './when-closed.ts';

/** A result that may have its own `stringify`, which adds the cursor. */
type StreamedResult = ExecutionResult & { stringify?: (result: ExecutionResult) => string };

interface Stream {
  ping(): void;
  end(): void;
  /** Closes its connection, after a fault. */
  cut(): void;
}

const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  // Without this, nginx would buffer results until its buffer is full.
  'x-accel-buffering': 'no',
};

/**
 * Sends the results of subscriptions as Server-Sent Events. A stream holds at most one result, and asks for the next one when
 * the connection has accepted it. Yoga's own streams are not used: they always end with `complete`, after which clients do
 * not reconnect, and lack the header that nginx needs.
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
      // Also needed for a result that is never streamed, because the client does not accept streams, has hung up, or a
      // hook fails.
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
      // Not called if the client has hung up.
      start: (given) => {
        controller = given;
        write(':\n\n'); // some browsers open a stream only with its first bytes
        this.#open.add(stream);
        whenClosed(response, leave);
        if (this.#isClosed) stream.end();
      },
      pull: () => pull().catch((error: unknown) => this.#cut(stream, error)),
      cancel: leave,
    });
    return new api.Response(body, { headers });
  }

  /** Ends the iterator. Catches its errors: no caller awaits this, so they would end the process. */
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

  /** Ends all streams, and those that open later, without `complete`: clients reconnect, to this or another node, and resume. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#forEach((stream) => stream.end());
  }
}
