/** @typedef {import('./load.js').Load} Load */

/**
 * Many rooms: as many messages per second as possible, then half as many.
 * @param {Load} load @param {{ people: number, warmUpMs: number, forMs: number }} size
 */
export async function rooms(load, { people, warmUpMs, forMs }) {
  await load.steady(people, warmUpMs);
  const full = await load.steady(people, forMs);
  // The rest of the full load must not affect the measurement of half the load.
  await load.open(full.perSecond / 2, warmUpMs);
  const half = await load.open(full.perSecond / 2, forMs);
  return { ...full, halfPerSecond: half.perSecond, halfP50Ms: half.p50Ms, halfP99Ms: half.p99Ms };
}

/**
 * The same constant rate for all contestants.
 * @param {Load} load @param {{ people: number, warmUpMs: number, forMs: number, perSecond: number | null }} size
 */
export async function rate(load, { people, warmUpMs, forMs, perSecond }) {
  if (perSecond === null) throw new Error('no rate: add `rooms` with ws-pg to the scenarios, or pass --rate');
  await load.steady(people, warmUpMs);
  await load.open(perSecond, warmUpMs);
  return load.open(perSecond, forMs);
}

/** One room to which all people send. @param {Load} load @param {{ people: number, warmUpMs: number, forMs: number }} size */
export async function hot(load, { people, warmUpMs, forMs }) {
  await load.steady(people, warmUpMs);
  return load.steady(people, forMs);
}

/** One person who sends one message at a time. @param {Load} load @param {{ warmUpMs: number, forMs: number }} size */
export async function single(load, { warmUpMs, forMs }) {
  await load.steady(1, warmUpMs);
  return load.steady(1, forMs);
}
