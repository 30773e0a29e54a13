/**
 * Starts all steps, in order, and waits for all of them, even if some fail. Rejects with all errors, if there are any.
 */
export async function everyStep(...steps: (() => unknown)[]): Promise<void> {
  const outcomes = await Promise.allSettled(steps.map(async (step) => step()));
  const faults = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of ${steps.length} steps failed.`);
}
