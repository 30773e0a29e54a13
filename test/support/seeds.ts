/** `npm run test:nightly` sets it. */
const isNightly = process.env.TEST_RANDOM === 'nightly';

/** Returns the seeds of a test that acts at random: 1 to `few` in usual runs, and 1 to `many` in the nightly run. */
export function seeds({ few, many }: { few: number; many: number }): number[] {
  return Array.from({ length: isNightly ? many : few }, (_, index) => index + 1);
}
