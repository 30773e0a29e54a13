import { expect, test } from '@jest/globals';
import { eachApart } from '../../src/transport/each-apart.ts';

test('the fault of one call is reported, and the others still run', () => {
  const seen: string[] = [];
  const faults: unknown[] = [];
  const act = (peer: string) => {
    if (peer === 'Eve') throw new Error('Gone');
    seen.push(peer);
  };

  eachApart(['Ada', 'Eve', 'Grace'], act, (error, peer) => faults.push([peer, error]));

  expect(seen).toEqual(['Ada', 'Grace']);
  expect(faults).toEqual([['Eve', new Error('Gone')]]);
});
