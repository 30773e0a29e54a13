import type { IncomingMessage, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';

export type Encoding = 'br' | 'gzip' | 'identity';

/** A file that is the same for everybody. */
export interface StaticFile {
  /** Of its content, such as `text/css; charset=utf-8`. */
  type: string;
  /** Names its content. */
  hash: string;
  /** The one buffer with its bytes in an encoding, which all answers share. */
  bytes: (encoding: Encoding) => Promise<Buffer>;
  headers?: Record<string, string>;
}

/** Characters of a header that are looked at. */
const headerMaxLength = 1024;
const encodings: Encoding[] = ['br', 'gzip', 'identity'];

/** Files whose names say what is in them need never be asked for again. */
export const forEver = { 'cache-control': 'public, max-age=31536000, immutable' };

/** Answers GET and HEAD with the file, in the shortest encoding that the client takes. */
export async function sendFile(request: IncomingMessage, response: ServerResponse, file: StaticFile): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
  }
  const encoding = encodingFor(request);
  const etag = `"${file.hash}-${encoding}"`;
  response.setHeaders(
    new Map(Object.entries({ ...file.headers, etag, vary: 'Accept-Encoding', 'x-content-type-options': 'nosniff' })),
  );
  if (isKnown(request, etag)) return void response.writeHead(304).end();
  const bytes = await file.bytes(encoding);
  if (encoding !== 'identity') response.setHeader('content-encoding', encoding);
  response.writeHead(200, { 'content-type': file.type, 'content-length': bytes.length });
  // Written as it is, never copied: what the client leaves unread costs no memory.
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** The first of ours that the client takes: browsers take all, and like all as much. */
function encodingFor({ headers }: IncomingMessage): Encoding {
  const accepted = (headers['accept-encoding'] ?? '').slice(0, headerMaxLength);
  const taken = new Negotiator({ headers: { 'accept-encoding': accepted } }).encodings(encodings);
  return encodings.find((encoding) => taken.includes(encoding)) ?? 'identity';
}

function isKnown({ headers }: IncomingMessage, etag: string): boolean {
  const known = (headers['if-none-match'] ?? '').slice(0, headerMaxLength);
  return known === '*' || known.split(',').some((one) => one.trim().replace('W/', '') === etag);
}
