import { barChart, barsOf } from '../bar-chart.js';
import { short, thousands } from '../figures.js';
import { Rows } from '../rows.js';

/** Returns charts of messages per second, in many rooms and in one, and of the latency of one message. @param {import('../rows.js').Measured} measured */
export function chart(measured) {
  const panel = (
    /** @type {string} */ scenario,
    /** @type {string} */ value,
    /** @type {(size: any) => string} */ title,
  ) => {
    const entry = measured.plan.find((candidate) => candidate.scenario === scenario);
    const bars = barsOf(entry && new Rows(entry, measured), value, measured.contestants);
    return { title: title(entry?.size ?? {}), bars };
  };
  const throughput = { note: 'stored and acknowledged messages/s, longer is better', format: thousands };
  const latency = { note: 'ms from send to acknowledgement, median, shorter is better', format: short };
  return barChart('Sending: messages per second, and milliseconds until one is acknowledged', [
    { ...throughput, ...panel('rooms', 'perSecond', ({ people, rooms }) => `${people} people in ${rooms} rooms`) },
    { ...throughput, ...panel('hot', 'perSecond', ({ people }) => `${people} people in one room`) },
    { ...latency, ...panel('single', 'p50Ms', () => 'One person alone') },
  ]);
}
