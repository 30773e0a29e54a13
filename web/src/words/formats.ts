const day = 24 * 60 * 60_000;

/** Writes dates, numbers and lists in one language. Each formatter is made once: making one takes longer than using it. */
export class Formats {
  readonly tag: string;
  readonly #time: Intl.DateTimeFormat;
  readonly #moment: Intl.DateTimeFormat;
  readonly #longWeekday: Intl.DateTimeFormat;
  readonly #longDate: Intl.DateTimeFormat;
  readonly #number: Intl.NumberFormat;
  readonly #list: Intl.ListFormat;

  /** `tag`: a BCP 47 tag, such as `en-GB`. */
  constructor(tag: string) {
    this.tag = tag;
    this.#time = new Intl.DateTimeFormat(tag, { timeStyle: 'short' });
    this.#moment = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeStyle: 'short' });
    this.#longWeekday = new Intl.DateTimeFormat(tag, { weekday: 'long' });
    this.#longDate = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', year: 'numeric' });
    this.#number = new Intl.NumberFormat(tag);
    this.#list = new Intl.ListFormat(tag, { type: 'conjunction' });
  }

  time(at: string): string {
    return this.#time.format(new Date(at));
  }

  /** Returns day and time, for titles. */
  moment(at: string): string {
    return this.#moment.format(new Date(at));
  }

  /** Returns a time of today, or the day and time of a later one. */
  until(at: string, now: number): string {
    return daysBetween(at, now) === 0 ? this.time(at) : this.moment(at);
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** Returns a count of which the server knows only that it is at least this high, such as `99+`. */
  capped({ value, isCapped }: { value: number; isCapped: boolean }): string {
    return this.#number.format(value) + (isCapped ? '+' : '');
  }

  list(items: string[]): string {
    return this.#list.format(items);
  }

  /** Returns a day of the log: its weekday within a week, else its date. */
  longDay(at: string, now: number): string {
    const date = new Date(at);
    return (daysBetween(at, now) <= 6 ? this.#longWeekday : this.#longDate).format(date);
  }
}

/** Returns how many midnights of the local time lie between. */
export function daysBetween(at: string, now: number): number {
  const start = (time: number) => {
    const date = new Date(time);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  };
  return Math.round((start(now) - start(Date.parse(at))) / day);
}
