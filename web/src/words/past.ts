import { daysBetween, type Formats } from './formats.ts';

interface PastFormats {
  weekday: Intl.DateTimeFormat;
  date: Intl.DateTimeFormat;
  shortDate: Intl.DateTimeFormat;
  ago: Intl.RelativeTimeFormat;
}

const made = new WeakMap<Formats, PastFormats>();

/** What the page alone says of past times, besides the formats that the widget has too. */
function pastFormats(formats: Formats): PastFormats {
  const known = made.get(formats);
  if (known) return known;
  const { tag } = formats;
  const fresh = {
    weekday: new Intl.DateTimeFormat(tag, { weekday: 'short' }),
    date: new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' }),
    shortDate: new Intl.DateTimeFormat(tag, { day: '2-digit', month: '2-digit', year: '2-digit' }),
    ago: new Intl.RelativeTimeFormat(tag, { numeric: 'always' }),
  };
  made.set(formats, fresh);
  return fresh;
}

/** Returns the time of a row in the inbox: the shortest text that is clear today. */
export function rowTime(at: string, now: number, formats: Formats): string {
  const days = daysBetween(at, now);
  if (days <= 0) return formats.time(at);
  const { weekday, date, shortDate } = pastFormats(formats);
  const then = new Date(at);
  if (days <= 6) return weekday.format(then);
  const isThisYear = then.getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? date : shortDate).format(then);
}

/** Returns how long ago something was. */
export function timeAgo(at: string, now: number, formats: Formats): string {
  const { ago } = pastFormats(formats);
  const minutes = Math.max(1, Math.round((now - Date.parse(at)) / 60_000));
  if (minutes < 60) return ago.format(-minutes, 'minute');
  if (minutes < 24 * 60) return ago.format(-Math.round(minutes / 60), 'hour');
  return ago.format(-Math.round(minutes / (24 * 60)), 'day');
}
