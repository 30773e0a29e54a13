import { setTimeout as pause } from 'node:timers/promises';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

const patienceMs = 10_000;
const { console, process } = globalThis;
const exit = Object.getOwnPropertyDescriptor(process, 'exit');

/** Runs a test file in the context of its process, not in one of its own. */
export default class NativeEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  /** Lets Node.js write the stacks, which has the source maps; jest has just taken this over. */
  async setup() {
    Error.prepareStackTrace = undefined;
  }

  getVmContext() {
    return null;
  }

  /** Closes what the file has left open, the newest first: a file that fails early would keep jest from exiting. */
  async teardown() {
    this.fakeTimersModern.dispose();
    const leftOpen = [...(globalThis.leftOpen ?? [])].reverse();
    for (const close of leftOpen) await Promise.race([attempt(close), pause(patienceMs, null, { ref: false })]);
    globalThis.leftOpen?.clear();
    globalThis.console = console; // jest replaces both for each file
    Object.defineProperty(process, 'exit', exit);
  }
}

async function attempt(close) {
  try {
    await close();
  } catch (error) {
    console.error('A test file left this open, and it could not be closed:', error);
  }
}
