import { barChart, barsOf } from '../bar-chart.js';
import { short, thousands, whole } from '../figures.js';
import { Rows } from '../rows.js';

/** Returns two bar charts of the scenario `room` at its first size. @param {import('../rows.js').Measured} measured */
export function chart(measured) {
  const entry = measured.plan.find(({ scenario }) => scenario === 'room');
  const rows = entry && new Rows(entry, measured);
  const { subscribers = 0, burstMessages = 0 } = entry?.size ?? {};
  return barChart('Fan-out: CPU per delivery and deliveries per second', [
    {
      title: `Server CPU per delivery, one message at a time to ${whole(subscribers)} subscribers`,
      note: 'µs, shorter is better',
      format: short,
      bars: barsOf(rows, 'pacedMicros', measured.contestants),
    },
    {
      title: `${whole(burstMessages)} messages at once to ${whole(subscribers)} subscribers`,
      note: 'deliveries/s on one core, longer is better',
      format: thousands,
      bars: barsOf(rows, 'burstPerSecond', measured.contestants),
    },
  ]);
}
