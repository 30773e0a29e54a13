import { ratioText } from './figures.js';
import { median } from './statistics.js';

/** Values by name, or the reason why there are none. @typedef {{ values?: Record<string, any>, error?: string }} Outcome */
/** Outcomes by row of the plan and contestant, one for each round. @typedef {Record<string, Record<string, Outcome[]>>} Results */
/**
 * @typedef {object} Measured
 * @property {import('./benchmark.js').Entry[]} plan
 * @property {Results} results
 * @property {string[]} names contestants, in the order of the tables
 * @property {Record<string, { title: string }>} contestants
 */

/** One row of the plan, contestant by contestant. */
export class Rows {
  names;
  #outcomes;
  #contestants;

  /** @param {import('./benchmark.js').Entry} entry @param {Measured} measured */
  constructor({ key }, { results, names, contestants }) {
    this.#outcomes = results[key] ?? {};
    this.#contestants = contestants;
    this.names = names.filter((name) => this.#outcomes[name]);
  }

  /** @param {(name: string) => string[]} cells */
  map(cells) {
    return this.names.map((name) => [this.#contestants[name].title, ...cells(name)]);
  }

  /** Returns the median; NaN if there are no values. @param {string} name @param {string} value @returns {number} */
  valueOf(name, value) {
    const values = this.#valuesOf(name, value);
    return values.length > 0 ? median(values) : Number.NaN;
  }

  /** Formats the median with the lowest and the highest value. @param {string} name @param {string} value @param {(value: number) => string} format */
  spread(name, value, format) {
    const values = this.#valuesOf(name, value);
    if (values.length === 0) return '–';
    if (values.length === 1) return format(values[0]);
    return `${format(median(values))} (${format(Math.min(...values))}–${format(Math.max(...values))})`;
  }

  /** @param {string} name @param {string} value @param {string} other */
  ratio(name, value, other) {
    return name === other ? '1' : ratioText(this.valueOf(name, value) / this.valueOf(other, value));
  }

  /** @param {string} name @param {string} value @returns {number[]} */
  #valuesOf(name, value) {
    return (this.#outcomes[name] ?? []).flatMap(({ values }) =>
      typeof values?.[value] === 'number' ? [values[value]] : [],
    );
  }
}
