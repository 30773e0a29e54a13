import type { WebSocketConstructor, WebSocketLike } from '../../src/api.ts';

interface Sent {
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly query?: string; readonly variables?: Record<string, unknown>; readonly token?: string };
}

/** The server's end of a connection, as a test plays it. */
export class FakeSocket implements WebSocketLike {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly sent: Sent[] = [];
  closedWith: number | undefined;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Sent);
  }

  close(code?: number): void {
    this.readyState = 3;
    this.closedWith = code;
  }

  open(): void {
    this.readyState = 1;
    emit(this.onopen, {});
  }

  receive(message: object | string): void {
    emit(this.onmessage, { data: typeof message === 'string' ? message : JSON.stringify(message) });
  }

  acknowledge(payload?: object): void {
    this.open();
    this.receive({ type: 'connection_ack', ...(payload && { payload }) });
  }

  /** Sends a result, an error or the end of the operation that was subscribed last. */
  answer(type: 'next' | 'error' | 'complete', payload?: unknown): void {
    this.receive({ id: this.subscribed.at(-1)?.id, type, ...(payload !== undefined && { payload }) });
  }

  fail(code: string, extensions: object = {}): void {
    this.answer('error', [{ message: code, extensions: { code, ...extensions } }]);
  }

  drop(code?: number, reason = ''): void {
    this.readyState = 3;
    emit(this.onclose, { code, reason });
  }

  /** Fails as the sockets of Node.js do, which say why. */
  break(error: Error): void {
    emit(this.onerror, { error, message: error.message });
    this.drop(1006);
  }

  get subscribed(): Sent[] {
    return this.sent.filter(({ type }) => type === 'subscribe');
  }

  count(type: string): number {
    return this.sent.filter((message) => message.type === type).length;
  }
}

function emit(listener: ((event: never) => void) | null, event: object): void {
  (listener as ((event: object) => void) | null)?.(event);
}

/** Returns a class for WebSockets, and what was made of it. */
export function fakeSockets(): { webSocket: WebSocketConstructor; sockets: FakeSocket[] } {
  const sockets: FakeSocket[] = [];
  class Recorded extends FakeSocket {
    constructor() {
      super();
      sockets.push(this);
    }
  }
  return { webSocket: Recorded, sockets };
}
