import { describe, expect, test } from '@jest/globals';
import { keys } from '../src/app/shortcut-list.tsx';
import { lengthOf } from '../src/composer/length.ts';
import { matchOf } from '../src/find/match.ts';
import { plainText } from '../src/log/plain-text.ts';
import { placeBox } from '../src/overlays/place.ts';
import { hueOf, initials } from '../src/people/person.ts';
import { en } from '../src/words/en.ts';
import { es } from '../src/words/es.ts';
import { Formats } from '../src/words/formats.ts';
import { rowTime } from '../src/words/past.ts';
import { pt } from '../src/words/pt.ts';

/** Returns the paths of all texts that are empty in a catalogue. */
function emptyIn(words: object, path = ''): string[] {
  return Object.entries(words).flatMap(([name, value]) => {
    if (typeof value === 'object' && value !== null) return emptyIn(value, `${path}${name}.`);
    return value === '' ? [`${path}${name}`] : [];
  });
}

test('no language has empty texts that English does not have', () => {
  expect(emptyIn(es)).toEqual(emptyIn(en));
  expect(emptyIn(pt)).toEqual(emptyIn(en));
});

test('the time of a row is as short as it can be', () => {
  const now = new Date('2025-11-28T11:00').getTime();
  const formats = new Formats('en-GB');
  const times = ['2025-11-28T09:05', '2025-11-25T09:05', '2025-11-21T09:05', '2024-11-21T09:05'];

  const shown = times.map((time) => rowTime(new Date(time).toISOString(), now, formats));

  expect(shown).toEqual(['09:05', 'Tue', '21 Nov', '21/11/24']);
});

test.each([
  ['en-US', '9:05 AM'],
  ['en-GB', '09:05'],
])('times in %s are written as people there write them: %s', (tag, written) => {
  expect(new Formats(tag).time(new Date('2025-11-28T09:05').toISOString()).replace('\u202f', ' ')).toBe(written);
});

test('a time until which something lasts has its day if that is not today', () => {
  const now = new Date('2025-11-28T09:00').getTime();
  const until = (time: string) => new Formats('en-GB').until(new Date(time).toISOString(), now);

  expect([until('2025-11-28T12:40'), until('2025-11-29T12:40')]).toEqual(['12:40', '29 November 2025 at 12:40']);
});

test('what happened to one and to several is told in the right number, in each language', () => {
  expect([en.log.joined('Ada', 1), en.log.removed('Ada', 1), en.log.removed('Ada and Bob', 2)]).toEqual([
    'Ada joined',
    'Ada was removed',
    'Ada and Bob were removed',
  ]);
  expect([es.log.joined('Ada', 1), es.log.joined('Ada y Bob', 2)]).toEqual(['Ada se unió', 'Ada y Bob se unieron']);
  expect([pt.log.left('Ada', 1), pt.log.left('Ada e Bob', 2)]).toEqual(['Ada saiu', 'Ada e Bob saíram']);
});

test('Spanish has the article of a time or a day before it', () => {
  const muted = ['10:00', '1:30', '13:30', '29 de noviembre de 2025, 12:40'].map((until) => es.composer.muted(until));

  expect(muted.map((text) => text.slice('Estás silenciado aquí '.length))).toEqual([
    'hasta las 10:00.',
    'hasta la 1:30.',
    'hasta las 13:30.',
    'hasta el 29 de noviembre de 2025, 12:40.',
  ]);
});

test('each line of the list of keys has its keys, in each language', () => {
  expect([en, es, pt].map(({ shortcuts }) => shortcuts.lines.length)).toEqual([keys.length, keys.length, keys.length]);
});

test.each([
  ['run `npm start` now', 'run npm start now'],
  ['see\n```js\nlet a = 1\n```\ndone', 'see let a = 1 done'],
  ['``` open', 'open'],
  [`${'a'.repeat(300)}`, 'a'.repeat(200)],
])('a text in one line, %j, has no signs around code', (text, line) => {
  expect(plainText(text)).toBe(line);
});

test.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['João Pedro Albuquerque', 'JA'],
  ['نور الحسن', 'ن'],
  ['🎉 party', 'P'],
  ['🎉', '🎉'],
])('the initials of %s are %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test('hues are steps of five degrees', () => {
  const hues = new Set(Array.from({ length: 2000 }, (_, at) => hueOf(`user ${at}`)));

  expect(hues.size).toBe(72);
  expect([...hues].every((hue) => hue % 5 === 0 && hue < 360)).toBe(true);
});

test.each<[string, string, string[]]>([
  ['Márcia', 'mar', ['', 'Már', 'cia']],
  ['la Marta', 'MAR', ['la ', 'Mar', 'ta']],
  ['matemáticas', 'atica', ['matem', 'ática', 's']],
  ['x', 'y', ['x', '', '']],
  ['x', ' ', ['x', '', '']],
])('in %s, %j is found', (name, query, pieces) => {
  expect(matchOf(name, query)).toEqual(pieces);
});

test('a text is as long as its code points, also if it is broken', () => {
  expect(['añ👍', '\ud83d', '\udc4d\ud83d', '👍🏽'].map(lengthOf)).toEqual([3, 1, 2, 2]);
});

describe('a box stands', () => {
  const window = { width: 800, height: 600 };
  const box = { width: 200, height: 300 };

  test('below its anchor, with the same end', () => {
    const anchor = { left: 500, top: 100, right: 532, bottom: 132 };
    expect(placeBox(anchor, box, { window, side: 'below' })).toEqual({ left: 332, top: 136 });
  });

  test('above it if there is no room below', () => {
    const anchor = { left: 500, top: 500, right: 532, bottom: 532 };
    expect(placeBox(anchor, box, { window, side: 'below' })).toEqual({ left: 332, top: 196 });
  });

  test('inside the window in any case', () => {
    const anchor = { left: 0, top: 590, right: 32, bottom: 622 };
    expect(placeBox(anchor, box, { window, side: 'beside' })).toEqual({ left: 36, top: 292 });
  });
});
