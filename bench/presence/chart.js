import { barChart } from '../bar-chart.js';
import { short } from '../figures.js';
import { Rows } from '../rows.js';

/** Returns charts of the share of a core for presence, and of the cost of a notification. @param {import('../rows.js').Measured} measured */
export function chart(measured) {
  const measure = (/** @type {string} */ scenario, /** @type {string} */ value) => {
    const entry = measured.plan.find((candidate) => candidate.scenario === scenario);
    return entry ? new Rows(entry, measured).valueOf('parley', value) : Number.NaN;
  };
  return barChart('Presence: share of a core, and CPU for each notification', [
    {
      title: '10,000 people in 100 rooms, 500 arrive or leave per second',
      note: '% of a core, shorter is better',
      format: short,
      bars: [
        { title: 'Parley', isOwn: true, value: 100 * measure('churn', 'serverShare') },
        { title: 'its PostgreSQL', isOwn: false, value: 100 * measure('churn', 'databaseShare') },
      ],
    },
    {
      title: 'Server CPU for each frame of a message to 1,000 members',
      note: 'µs, shorter is better',
      format: short,
      bars: [
        { title: 'notification', isOwn: true, value: measure('notify', 'sharedMicros') },
        { title: 'with unread counts', isOwn: true, value: measure('notify', 'personalMicros') },
        { title: 'roomEvents', isOwn: false, value: measure('notify', 'roomMicros') },
      ],
    },
  ]);
}
