/** Does the work. What it throws is reported, and breaks nothing here. */
export function guard<T>(work: () => T, report: (error: unknown) => void): T | undefined {
  try {
    return work();
  } catch (error) {
    report(error);
    return;
  }
}
