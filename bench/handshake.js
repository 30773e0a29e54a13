import { randomBytes } from 'node:crypto';

/** Returns the request that opens a WebSocket. @param {number} port @param {import('./connection.js').Protocol} protocol */
export function upgradeRequest(port, { path, subprotocol }) {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...(subprotocol ? [`Sec-WebSocket-Protocol: ${subprotocol}`] : []),
    '\r\n',
  ].join('\r\n');
}

/** Reads the server's answer to that request. */
export class UpgradeAnswer {
  /** Why no WebSocket was opened; null if it was. @type {string | null} */
  fault = null;

  #text = '';

  /** Reads bytes from the start of a buffer. Returns the offset after the answer; null if it is not complete. @param {Buffer} bytes @param {number} length */
  take(bytes, length) {
    const before = this.#text.length;
    this.#text += bytes.toString('latin1', 0, length);
    const end = this.#text.indexOf('\r\n\r\n');
    if (end === -1) return null;
    const head = this.#text.slice(0, end);
    if (!/^HTTP\/1\.1 101 /.test(head)) this.fault = `The server answered ${head.split('\r\n')[0]}`;
    else if (/^sec-websocket-extensions:/im.test(head))
      this.fault = 'The server uses an extension that was not offered.';
    return end + 4 - before;
  }
}
