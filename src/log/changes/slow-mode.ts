/** Of a member and a room, as SQL: the time of their last message, the seconds of slow mode that apply, and the present. */
type SlowModeColumns = Record<'lastMessageAt' | 'seconds' | 'now', string>;

/**
 * SQL: for how many ms a member must wait before the next message, at most `seconds`; 0 or null for none. A last message that
 * is later than the present does not count: the clock of the database was set back, perhaps by hours.
 */
export function slowModeWaitSql({ lastMessageAt, seconds, now }: SlowModeColumns): string {
  return `CASE WHEN ${seconds} > 0 AND ${lastMessageAt} <= ${now} THEN greatest(0, ceil(
    1000 * extract(epoch FROM ${lastMessageAt} + make_interval(secs => ${seconds}) - ${now})
  ))::int END`;
}
