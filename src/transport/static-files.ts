import type { IncomingMessage, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import { answer } from './http-answers.ts';
import { graphqlPath } from './yoga.ts';

export type Encoding = 'br' | 'gzip' | 'identity';

/** A file that is the same for all clients. */
export interface StaticFile {
  /** The type of its content, such as `text/css; charset=utf-8`. */
  type: string;
  /** Identifies its content. */
  hash: string;
  /** Returns its bytes in an encoding, in one buffer that all answers share. */
  bytes: (encoding: Encoding) => Promise<Buffer>;
  headers?: Record<string, string>;
}

/** Characters of a header that are read. */
const headerMaxLength = 1024;
const encodings: Encoding[] = ['br', 'gzip', 'identity'];

/** Files with a digest of their content in their name may be cached for ever. */
export const forEver = { 'cache-control': 'public, max-age=31536000, immutable' };

/** Answers GET and HEAD with the file, in the smallest encoding that the client accepts. */
export async function sendFile(request: IncomingMessage, response: ServerResponse, file: StaticFile): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return answer(response, 405, { error: `Only GET and HEAD are answered here. GraphQL is at ${graphqlPath}.` });
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
  // The buffer is written without a copy: bytes that the client leaves unread take no additional memory.
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Returns our first encoding that the client accepts: browsers accept all of them equally. */
function encodingFor({ headers }: IncomingMessage): Encoding {
  const accepted = (headers['accept-encoding'] ?? '').slice(0, headerMaxLength);
  const taken = new Negotiator({ headers: { 'accept-encoding': accepted } }).encodings(encodings);
  return encodings.find((encoding) => taken.includes(encoding)) ?? 'identity';
}

function isKnown({ headers }: IncomingMessage, etag: string): boolean {
  const known = (headers['if-none-match'] ?? '').slice(0, headerMaxLength);
  return known === '*' || known.split(',').some((one) => one.trim().replace('W/', '') === etag);
}
