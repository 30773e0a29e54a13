import { availableParallelism } from 'node:os';

function compile(parser) {
  return {
    jsc: { target: 'es2022', parser, transform: { react: { runtime: 'automatic' } } },
    module: { type: 'es6' },
    sourceMaps: true,
  };
}

/** @type {import('jest').Config} */
export default {
  // Loads modules as Node.js does, once for each process of jest.
  runtime: '<rootDir>/test/support/native/runtime.js',
  testEnvironment: '<rootDir>/test/support/native/environment.js',
  injectGlobals: false,
  roots: ['<rootDir>/test', '<rootDir>/client/test', '<rootDir>/web/test'],
  // For test files with `@jest-environment jsdom`, which jest loads itself: as modules, with the client's sources.
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  testEnvironmentOptions: { customExportConditions: ['parley-source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': ['@swc/jest', compile({ syntax: 'typescript' })],
    '^.+\\.tsx$': ['@swc/jest', compile({ syntax: 'typescript', tsx: true })],
  },
  // The bundler takes style sheets out of modules.
  moduleNameMapper: { '\\.css$': '<rootDir>/web/test/support/no-style.ts' },
  // In the project, so that a CI that keeps ignored files keeps compiled tests and their durations, longest first.
  cacheDirectory: '<rootDir>/.cache/jest',
  globalSetup: './test/support/global-setup.ts',
  globalTeardown: './test/support/global-teardown.ts',
  reporters: ['default', '<rootDir>/test/support/count-reporter.js'],
  testSequencer: '<rootDir>/test/support/longest-first.js',
  testTimeout: 180_000, // only a test that hangs takes so long, also on a slow machine
  // Tests wait for half of their time, so that more files run at a time than there are cores. A process that has grown
  // over many files is replaced.
  maxWorkers: 2 * availableParallelism(),
  workerIdleMemoryLimit: '1GB',
};
