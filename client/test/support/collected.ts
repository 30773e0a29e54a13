import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers';

// The environment of browsers has none, and React needs it to render as a server.
globalThis.setImmediate ??= setImmediate;

/** Resolves to everything that `write` writes into a stream. */
export function collected(write: (sink: Writable) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const sink = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    sink.on('finish', () => resolve(text));
    sink.on('error', reject);
    write(sink);
  });
}
