/** Formats a number with at least two significant digits. @param {number} value */
export function short(value) {
  return Math.abs(value) >= 100 ? whole(value) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** @param {number} value */
export const whole = (value) => Math.round(value).toLocaleString('en');
/** @param {number} value */
export const thousands = (value) => whole(Number(value.toPrecision(3)));

/** @param {number} ratio */
export function ratioText(ratio) {
  if (!Number.isFinite(ratio)) return '–';
  return ratio >= 10 ? ratio.toFixed(0) : ratio >= 2 ? ratio.toFixed(1) : ratio.toFixed(2);
}
