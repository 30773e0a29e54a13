const mark = 'bench#';
const numberChars = 8;
const timeChars = 14;

/** Bytes of the shortest text: the mark alone. */
export const minTextBytes = mark.length + numberChars + 1 + timeChars;

/**
 * Returns a text of `bytes` bytes that contains its number and when it was sent (ms, `performance.now()` of this process).
 * @param {object} options
 * @param {number} options.number 1, 2, 3 …
 * @param {number} options.bytes at least `minTextBytes`
 * @param {string} [options.filler] one character; one of several bytes for long texts, because the limit of a message counts characters
 */
export function messageText({ number, bytes, filler = 'x' }) {
  const time = performance.now().toFixed(3).padStart(timeChars, '0');
  const head = `${mark}${String(number).padStart(numberChars, '0')}@${time}`;
  return head + filler.repeat(Math.max(0, Math.floor((bytes - head.length) / Buffer.byteLength(filler))));
}

/**
 * Finds the number and time of each text in a message without parsing it. A frame may contain several texts.
 * @param {Buffer} message @param {(number: number, sentAt: number) => void} found
 */
export function findTexts(message, found) {
  for (let at = message.indexOf(mark); at !== -1; at = message.indexOf(mark, at + minTextBytes)) {
    const numberAt = at + mark.length;
    const timeAt = numberAt + numberChars + 1;
    const number = Number(message.toString('latin1', numberAt, numberAt + numberChars));
    found(number, Number(message.toString('latin1', timeAt, timeAt + timeChars)));
  }
}
