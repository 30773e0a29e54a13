import { WebSocket } from 'ws';

/** Bytes of a reason that fit a close frame (RFC 6455, 5.5). */
const reason = new Uint8Array(123);
const encoder = new TextEncoder();

/**
 * Closes a WebSocket in any state. A reason that is too long for a close frame is cut between two characters. Never
 * throws, whatever text of a peer the reason quotes.
 */
export function closeSocket(webSocket: WebSocket, code: number, text: string): void {
  try {
    // The peer's close frame is not received while the socket is paused.
    webSocket.resume();
    if (webSocket.readyState === WebSocket.OPEN) webSocket.close(code, fitting(text));
  } catch {
    webSocket.terminate();
  }
}

function fitting(text: string): string {
  return text.slice(0, encoder.encodeInto(text, reason).read);
}
