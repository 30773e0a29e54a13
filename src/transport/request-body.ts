import type { IncomingMessage } from 'node:http';
import { limits } from '../base/limits.ts';

/** How many pieces of a body are kept: each takes far more memory than a byte, and a client may send single bytes. */
const maxChunks = 256;

/**
 * Reads the whole body of a request, unless it exceeds the limit: then nothing more is read. Rejects if the client hangs
 * up. Listens to events, because an async iterator takes several promises for each request.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | 'too large'> {
  if (Number(request.headers['content-length']) > limits.requestBytes) return Promise.resolve('too large');
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limits.requestBytes) {
        chunks.push(chunk);
        if (chunks.length === maxChunks) chunks = [Buffer.concat(chunks)];
      } else {
        chunks = [];
        request.pause();
        resolve('too large');
      }
    });
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
