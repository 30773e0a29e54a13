import { setTimeout as pause } from 'node:timers/promises';
import { wasm } from '@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Prisma's query compiler, held by the process. V8 shares the machine code of equal modules while one of them is held;
 * otherwise each test file would compile it anew and run it slowly at first.
 */
const compiler = new WebAssembly.Module(Buffer.from(wasm, 'base64'));

const patienceMs = 10_000;

/**
 * The environment of Node.js, in a process that keeps Prisma's compiler. At its end it closes what a file has left open, the
 * newest first: otherwise a file that fails while it starts its servers would keep jest from exiting.
 */
export default class ServerEnvironment extends TestEnvironment {
  compiler = compiler;

  async teardown() {
    const leftOpen = [...(this.global.leftOpen ?? [])].reverse();
    for (const close of leftOpen) await Promise.race([attempt(close), pause(patienceMs, null, { ref: false })]);
    await super.teardown();
  }
}

async function attempt(close) {
  try {
    await close();
  } catch (error) {
    console.error('A test file left this open, and it could not be closed:', error);
  }
}
