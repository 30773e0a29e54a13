import { basename } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** Tests that take longer than their file size suggests, because they start processes or wait for a time limit. */
const long = new Set(
  [
    'access-ends',
    'adapters',
    'command-line',
    'database-faults',
    'deployment',
    'faults',
    'following-presence',
    'installed',
    'losing-a-node',
    'meeting-in-the-page',
    'parley-client',
    'redis-store',
    'renewing',
    'restarts',
    'rights-matrix',
    'seed',
    'silent-database',
    'slow-readers',
    'start',
    'talking-in-the-page',
    'widget',
  ].map((name) => `${name}.test.ts`),
);

/**
 * Starts the longest files first, so that no core waits for the last one. Jest knows durations from the last run; on a fresh
 * checkout it goes by size.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => long.has(basename(path));
    return super.sort(tests).sort((one, other) => Number(isLong(other)) - Number(isLong(one)));
  }
}
