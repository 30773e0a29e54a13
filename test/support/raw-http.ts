import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends text over TCP, as no HTTP client would, hangs up its own side and gives all that comes back. */
export async function rawRequest(url: string, text: string): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {}); // followed by close
  socket.end(text);
  await once(socket, 'close');
  return answer;
}
