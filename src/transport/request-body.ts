import type { IncomingMessage } from 'node:http';
import { limits } from '../base/limits.ts';

/**
 * How many pieces a body may have: this many, and one more for each `bytesOfPiece` bytes. A client may send single bytes in
 * chunks, and each piece takes far more time than a byte. Pieces of ordinary clients are as long as a TCP segment or longer.
 */
const freePieces = 256;
const bytesOfPiece = 64;
/** How many pieces are kept before they are joined: each takes far more memory than a byte. */
const maxChunks = 256;

/**
 * Reads the whole body of a request, unless it exceeds a limit: then nothing more is read. Rejects if the client hangs up.
 * A body in too many pieces is cut without an answer, because Node.js would read on while the answer is sent. Listens to
 * events, because an async iterator takes several promises for each request.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | 'too large'> {
  if (Number(request.headers['content-length']) > limits.requestBytes) return Promise.resolve('too large');
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    let pieces = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      pieces += 1;
      if (pieces > freePieces + bytes / bytesOfPiece)
        return void request.destroy(new Error('The body has too many pieces'));
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
