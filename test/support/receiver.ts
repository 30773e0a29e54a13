import * as ws from 'ws';

/** The part of `ws` that reads frames, as a client does; its types do not have it. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => NodeJS.WritableStream };

/** Returns the messages that `Receiver` reads from these chunks, parsed as JSON. */
export function received(...chunks: Buffer[]): Promise<unknown[]> {
  const messages: unknown[] = [];
  const receiver = new Receiver({ isServer: false });
  return new Promise((resolve, reject) => {
    receiver.on('error', reject);
    receiver.on(
      'message' as 'close',
      ((text: Buffer, isBinary: boolean) => {
        messages.push(isBinary ? 'bytes' : JSON.parse(String(text)));
      }) as () => void,
    );
    receiver.on('finish', () => resolve(messages));
    for (const chunk of chunks) receiver.write(chunk);
    receiver.end();
  });
}
