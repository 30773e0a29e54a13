import { WebSocket } from 'ws';

/** The client of `ws`, which ends at once when graphql-ws finds the connection dead (4499), also while it connects. */
export class NodeWebSocket extends WebSocket {
  override close(code?: number, reason?: string): void {
    if (code === 4499) {
      this.on('error', () => {}); // graphql-ws listens no longer, and Node.js throws errors that nobody listens for
      this.terminate();
    } else super.close(code, reason);
  }
}
