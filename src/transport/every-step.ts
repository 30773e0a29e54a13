/**
 * Starts all steps, in order, and waits for all of them: what one throws keeps none of the others from its work. Rejects
 * then, with all that failed.
 */
export async function everyStep(...steps: (() => unknown)[]): Promise<void> {
  const outcomes = await Promise.allSettled(steps.map(async (step) => step()));
  const faults = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of ${steps.length} steps failed.`);
}
