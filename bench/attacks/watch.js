import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from '../process-usage.js';

const everyMs = 50;
/** How long the server is watched after an attack: it produces unread answers only then. */
const afterMs = 3000;

/** Requests the health of a server continuously, one request after the other, and records its memory. */
export class Watch {
  #server;
  #isOver = false;
  #isAlive = true;
  #slowestMs = 0;
  #bytesBefore;
  #mostBytes;
  #watching;

  /** @param {{ port: number, pid: number, ended: Promise<string> }} server */
  constructor(server) {
    this.#server = server;
    this.#bytesBefore = residentBytes(server.pid);
    this.#mostBytes = this.#bytesBefore;
    server.ended.then(() => {
      this.#isAlive = false;
    });
    this.#watching = this.#watch();
  }

  async end() {
    await sleep(afterMs);
    this.#isOver = true;
    await this.#watching;
    const grownMegabytes = (this.#mostBytes - this.#bytesBefore) / 2 ** 20;
    return { slowestMs: this.#slowestMs, grownMegabytes, isAlive: this.#isAlive };
  }

  async #watch() {
    while (!this.#isOver && this.#isAlive) {
      const askedAt = performance.now();
      await health(this.#server.port);
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - askedAt);
      if (this.#isAlive) this.#mostBytes = Math.max(this.#mostBytes, bytesOf(this.#server.pid));
      await sleep(everyMs);
    }
  }
}

/** @param {number} pid */
function bytesOf(pid) {
  try {
    return residentBytes(pid);
  } catch {
    return 0; // the process has just ended
  }
}

/** Resolves when the request is answered or has failed. @param {number} port */
function health(port) {
  return new Promise((resolve) => {
    const asked = get({ port, host: '127.0.0.1', path: '/healthz', agent: false }, (response) => {
      response.resume().on('end', resolve).on('error', resolve);
    });
    asked.on('error', resolve);
  });
}
