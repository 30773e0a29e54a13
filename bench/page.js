import { short } from './figures.js';

/** @typedef {import('./rows.js').Measured} Measured */

/**
 * The circumstances of a run.
 * @typedef {object} Run
 * @property {string} title
 * @property {string} command
 * @property {ReturnType<typeof import('./machine.js').describeMachine>} machine
 * @property {string} placement assignment of processes to cores
 * @property {Date} startedAt
 * @property {number} minutes
 */

/** Returns the page of results as lines of Markdown. @param {Run} run @param {Measured} measured @param {string[]} sections */
export function page({ title, command, machine, placement, startedAt, minutes }, measured, sections) {
  return [
    `# ${title}`,
    '',
    `\`${command}\`, ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${minutes.toFixed(1)} minutes,`,
    `commit ${machine.commit}${machine.isClean ? '' : ' with changes'}.`,
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, ${machine.system}, Node.js ${machine.node};`,
    `${placement};`,
    `load average before the run ${machine.loadAverage.toFixed(1)}.`,
    'Medians of the rounds, with the lowest and highest of several rounds. Method: [README](../README.md).',
    '',
    ...sections,
    ...failures(measured),
  ].join('\n');
}

/** @param {Measured} measured @returns {string[]} */
function failures({ plan, results, names, contestants }) {
  const lines = plan.flatMap(({ key }) =>
    names.flatMap((name) =>
      (results[key]?.[name] ?? []).flatMap(({ error }, index) =>
        error ? [`- ${key}, ${contestants[name].title}, round ${index + 1}: ${error}`] : [],
      ),
    ),
  );
  return lines.length > 0 ? ['## Not measured', '', ...lines, ''] : [];
}

/** @param {string[]} head @param {string[][]} rows */
export function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line), ''];
}

/** One outcome in a few words, for the log. @param {import('./rows.js').Outcome} outcome */
export function brief({ values, error }) {
  if (!values) return `not measured: ${error}`;
  const numbers = Object.entries(values).filter(([, value]) => value !== null);
  return numbers.map(([name, value]) => `${name} ${typeof value === 'number' ? short(value) : value}`).join(', ');
}
