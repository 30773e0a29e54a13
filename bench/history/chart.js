import { barChart, barsOf } from '../bar-chart.js';
import { short, whole } from '../figures.js';
import { Rows } from '../rows.js';

/** Returns charts of the latencies in the large room, and of unread counts. @param {import('../rows.js').Measured} measured */
export function chart(measured) {
  const panel = (
    /** @type {string} */ scenario,
    /** @type {string} */ value,
    /** @type {(size: any) => string} */ title,
  ) => {
    const entry = measured.plan.find((candidate) => candidate.scenario === scenario);
    const bars = barsOf(entry && new Rows(entry, measured), value, measured.contestants);
    return { title: title(entry?.size.messages ?? []), note: 'ms, median, shorter is better', format: short, bars };
  };
  return barChart('History: milliseconds for a page, and for unread counts', [
    panel('pages', 'newestLargeMs', ([, large]) => `The newest 50 of ${whole(large ?? 0)} messages`),
    panel('pages', 'middleLargeMs', ([, large]) => `50 messages in the middle of ${whole(large ?? 0)}`),
    panel(
      'unread',
      'unreadMs',
      (sizes) => `${sizes.length} memberships with unread counts, rooms of ${whole(sizes[0] ?? 0)} messages`,
    ),
  ]);
}
