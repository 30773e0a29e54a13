/** Parley alone: the others of these benchmarks have no presence, and the reference is its own fan-out. */
export const contestants = { parley: { title: 'Parley', scenarios: ['churn', 'notify'] } };
