import { barChart, barsOf } from '../bar-chart.js';
import { short, thousands } from '../figures.js';
import { Rows } from '../rows.js';

/** Messages a second, in many rooms and in one, and the time that one takes. @param {import('../rows.js').Measured} measured */
export function chart(measured) {
  const bars = (/** @type {string} */ scenario, /** @type {string} */ value) => {
    const entry = measured.plan.find((candidate) => candidate.scenario === scenario);
    return barsOf(entry && new Rows(entry, measured), value, measured.contestants);
  };
  return barChart('Sending: messages per second, and milliseconds until one is acknowledged', [
    {
      title: '256 people in 50 rooms',
      note: 'stored and acknowledged messages/s on two cores, longer is better',
      format: thousands,
      bars: bars('rooms', 'perSecond'),
    },
    {
      title: '256 people in one room',
      note: 'stored and acknowledged messages/s on two cores, longer is better',
      format: thousands,
      bars: bars('hot', 'perSecond'),
    },
    {
      title: 'One person, nobody else',
      note: 'ms from send to acknowledgement, median, shorter is better',
      format: short,
      bars: bars('single', 'p50Ms'),
    },
  ]);
}
