import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import Runtime from 'jest-runtime';
import NativeEnvironment from './environment.js';
import { setGlobals } from './globals.js';

const require = createRequire(import.meta.url);
const handlers = Symbol.for('EVENT_HANDLERS');

process.setSourceMapsEnabled(true);
register('./hooks.js', import.meta.url);

/** Loads test files as Node.js loads modules, so that a process loads the server once and not once for each file. */
class NativeRuntime extends Runtime {
  #testPath;

  constructor(...options) {
    super(...options);
    this.#testPath = options[6];
  }

  /** Loads jest-circus, which holds the state of one file and is evaluated anew for each. */
  requireInternalModule(path) {
    delete globalThis[handlers];
    delete require.cache[path];
    return require(path);
  }

  setGlobalsForRuntime(globals) {
    super.setGlobalsForRuntime(globals);
    setGlobals(this.requireModuleOrMock(this.#testPath, '@jest/globals'));
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  unstable_importModule(path) {
    return import(pathToFileURL(path).href);
  }
}

/** Test files that ask for another environment, such as a browser's, run in a context of their own as jest has it. */
export default class ChosenRuntime {
  constructor(config, environment, ...options) {
    const Chosen = environment instanceof NativeEnvironment ? NativeRuntime : Runtime;
    // biome-ignore lint/correctness/noConstructorReturn: jest constructs it
    return new Chosen(config, environment, ...options);
  }
}
