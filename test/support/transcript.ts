import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';

/** A subscription that begins: `token` names its session. */
export interface Asked {
  url: string;
  token: string;
  query: string;
  variables: Record<string, unknown>;
}

export type Result = { data?: Record<string, unknown> | null; errors?: { extensions: { code: string } }[] };

/** Everything that a reader receives, and when it ended. */
export class Transcript {
  /** All bytes as text. */
  text = '';
  readonly results: Result[] = [];
  /** Comparable with Date.now(); null as long as the subscription goes on. */
  completedAt: number | null = null;
  /** The close code of a WebSocket; null while it is open, and for a stream. */
  closed: number | null = null;
  readonly #hangUp: () => void;
  /** The reader's connection. */
  readonly tcp: Socket;

  constructor(tcp: Socket, hangUp: () => void) {
    this.tcp = tcp;
    this.#hangUp = hangUp;
  }

  get hasBegun(): boolean {
    return this.results.length > 0 || this.isOver;
  }

  get isOver(): boolean {
    return this.completedAt !== null || this.closed !== null;
  }

  hangUp(): void {
    this.#hangUp();
  }
}

/** Subscribes over WebSocket. */
export async function bySocket({ url, token, query, variables }: Asked): Promise<Transcript> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  socket.on('error', () => {}); // followed by close
  await once(socket, 'open');
  const transcript = new Transcript((socket as unknown as { _socket: Socket })._socket, () => socket.terminate());
  let acknowledge = () => {};
  const acknowledged = new Promise<void>((resolve) => {
    acknowledge = resolve;
  });
  const subscribe = { id: 'a', type: 'subscribe', payload: { query, variables } };
  socket.on('message', (bytes: Buffer) => {
    transcript.text += String(bytes);
    const message = JSON.parse(String(bytes)) as { type: string; payload?: unknown };
    if (message.type === 'connection_ack') acknowledge();
    else if (message.type === 'next') transcript.results.push(message.payload as Result);
    else transcript.completedAt ??= Date.now();
    if (message.type === 'error') transcript.results.push({ errors: message.payload as Result['errors'] });
  });
  socket.on('close', (code) => {
    transcript.closed = code;
    acknowledge();
  });
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
  await acknowledged;
  if (transcript.closed === null) socket.send(JSON.stringify(subscribe));
  return transcript;
}

/** Subscribes over Server-Sent Events. */
export async function byStream({ url, token, query, variables }: Asked): Promise<Transcript> {
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const asked = request(url, { method: 'POST', headers, agent: false });
  asked.on('error', () => {}); // the reader has hung up
  asked.end(JSON.stringify({ query, variables }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const transcript = new Transcript(response.socket, () => asked.destroy());
  let rest = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    transcript.text += text;
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) note(transcript, event);
  });
  response.on('error', () => {});
  // Refused before the stream began: the body is a result.
  response.on('end', () => {
    if (rest.startsWith('{')) transcript.results.push(JSON.parse(rest));
    transcript.completedAt ??= Date.now();
  });
  return transcript;
}

function note(transcript: Transcript, event: string): void {
  const [, data] = /^data: (.*)$/m.exec(event) ?? [];
  if (event.startsWith('event: next') && data) transcript.results.push(JSON.parse(data));
  if (event.startsWith('event: complete')) transcript.completedAt ??= Date.now();
}
