/** Only Parley: the peers have no presence. The reference is Parley's own fan-out. */
export const contestants = { parley: { title: 'Parley', scenarios: ['churn', 'notify'] } };
