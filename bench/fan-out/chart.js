import { contestants } from './contestants.js';
import { Rows, short, thousands, whole } from './report.js';

const width = 760;
const nameWidth = 190;
const valueWidth = 90;
const rowHeight = 26;
const barHeight = 16;
const panelHead = 44;

// Each has a contrast of at least 4 to white and to GitHub's dark page alike.
const colours = { text: '#797979', own: '#2f81f7', other: '#8a8f98' };

/**
 * The room of the first size as two bar charts, for light and dark pages.
 * @param {import('./report.js').Measured} measured
 */
export function chart(measured) {
  const entry = measured.plan.find(({ scenario }) => scenario === 'room');
  const rows = entry && new Rows(entry, measured);
  const { subscribers = 0, burstMessages = 0 } = entry?.size ?? {};
  const panels = [
    {
      title: `Server CPU per delivery, one message at a time to ${whole(subscribers)} subscribers`,
      note: 'µs, shorter is better',
      value: 'pacedMicros',
      format: short,
    },
    {
      title: `${whole(burstMessages)} messages at once to ${whole(subscribers)} subscribers`,
      note: 'deliveries/s on one core, longer is better',
      value: 'burstPerSecond',
      format: thousands,
    },
  ];
  let top = 8;
  const drawn = panels.map((panel) => {
    const bars = (rows?.names ?? []).map((name) => ({ name, value: rows?.valueOf(name, panel.value) ?? Number.NaN }));
    const svg = drawPanel(panel, { bars: bars.filter(({ value }) => Number.isFinite(value)), top });
    top += panelHead + rowHeight * bars.length + 16;
    return svg;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}" role="img" aria-label="Fan-out: CPU per delivery and deliveries per second" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="13" fill="${colours.text}">`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

/**
 * @param {{ title: string, note: string, format: (value: number) => string }} panel
 * @param {{ bars: { name: string, value: number }[], top: number }} place
 */
function drawPanel({ title, note, format }, { bars, top }) {
  const longest = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ name, value }, index) => {
    const y = top + panelHead + index * rowHeight;
    const length = Math.max(1, ((width - nameWidth - valueWidth) * value) / longest);
    const isOwn = name === 'parley';
    const baseline = y + barHeight - 3.5;
    return [
      `<text x="${nameWidth - 10}" y="${baseline}" text-anchor="end"${isOwn ? ` font-weight="700" fill="${colours.own}"` : ''}>${escaped(contestants[name].title)}</text>`,
      `<rect x="${nameWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="3" fill="${isOwn ? colours.own : colours.other}"/>`,
      `<text x="${(nameWidth + length + 8).toFixed(1)}" y="${baseline}"${isOwn ? ` font-weight="700" fill="${colours.own}"` : ''}>${format(value)}</text>`,
    ].join('');
  });
  return [
    `<text x="0" y="${top + 15}" font-size="14" font-weight="600">${escaped(title)}</text>`,
    `<text x="0" y="${top + 32}" font-size="12">${escaped(note)}</text>`,
    ...rows,
  ].join('\n');
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('`', '').replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
