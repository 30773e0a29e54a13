const width = 760;
const nameWidth = 190;
const valueWidth = 90;
const rowHeight = 26;
const barHeight = 16;
const panelHead = 44;

// Each colour has a contrast of at least 4 to white and to GitHub's dark page.
const colours = { text: '#797979', own: '#2f81f7', other: '#8a8f98' };

/**
 * @typedef {object} Panel
 * @property {string} title
 * @property {string} note the unit, and which way is better
 * @property {(value: number) => string} format
 * @property {{ title: string, isOwn: boolean, value: number }[]} bars without a finite value are left out
 */

/** Returns panels of horizontal bars as SVG, one below the other, for light and dark pages. @param {string} label @param {Panel[]} panels */
export function barChart(label, panels) {
  let top = 8;
  const drawn = panels.map((panel) => {
    const bars = panel.bars.filter(({ value }) => Number.isFinite(value));
    const svg = drawPanel({ ...panel, bars }, top);
    top += panelHead + rowHeight * bars.length + 16;
    return svg;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}" role="img" aria-label="${escaped(label)}" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="13" fill="${colours.text}">`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

/** Returns the bars for one value of a row. @param {import('./rows.js').Rows | undefined} rows @param {string} value @param {Record<string, { title: string }>} contestants */
export function barsOf(rows, value, contestants) {
  return (rows?.names ?? []).map((name) => ({
    title: contestants[name].title,
    isOwn: name === 'parley',
    value: rows?.valueOf(name, value) ?? Number.NaN,
  }));
}

/** @param {Panel} panel @param {number} top */
function drawPanel({ title, note, format, bars }, top) {
  const longest = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ title: name, isOwn, value }, index) => {
    const y = top + panelHead + index * rowHeight;
    const length = Math.max(1, ((width - nameWidth - valueWidth) * value) / longest);
    const baseline = y + barHeight - 3.5;
    return [
      `<text x="${nameWidth - 10}" y="${baseline}" text-anchor="end"${isOwn ? ` font-weight="700" fill="${colours.own}"` : ''}>${escaped(name)}</text>`,
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
