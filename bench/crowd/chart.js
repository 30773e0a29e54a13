import { barChart, barsOf } from '../bar-chart.js';
import { thousands } from '../figures.js';
import { Rows } from '../rows.js';
import { titles } from './report.js';

/** Returns a chart of each operation's rate. @param {import('../rows.js').Measured} measured */
export function chart(measured) {
  return barChart(
    'Crowd: operations per second',
    measured.plan.map((entry) => ({
      title: titles[entry.scenario].replaceAll('`', ''),
      note: 'a second, server and PostgreSQL on one core, longer is better',
      format: thousands,
      bars: barsOf(new Rows(entry, measured), 'perSecond', measured.contestants),
    })),
  );
}
