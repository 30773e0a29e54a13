import { describe, expect, test } from '@jest/globals';
import { systemText } from '../../src/messages/system-text.ts';

const ada = { subjectName: 'Ada', roomName: 'General' };

describe('a welcome', () => {
  test.each([
    ['en', 'Welcome to General, Ada!'],
    ['en-GB', 'Welcome to General, Ada!'],
    ['es', '¡Te damos la bienvenida a General, Ada!'],
    ['es-419', '¡Te damos la bienvenida a General, Ada!'],
    ['pt-BR', 'Boas-vindas a General, Ada!'],
    ['ja', 'Welcome to General, Ada!'],
    ['und', 'Welcome to General, Ada!'],
  ])('in %s: %s', (language, text) => {
    expect(systemText(language, { type: 'MEMBER_JOINED', ...ada })).toBe(text);
  });

  test.each(['$& $1 $<room>', '<b>Ada</b>', 'עדה', '👩🏽‍🚀', '%s {subject}'])(
    'to %s, whose name stays as it is',
    (subjectName) => {
      const text = systemText('en', { type: 'MEMBER_JOINED', subjectName, roomName: subjectName });

      expect(text).toBe(`Welcome to ${subjectName}, ${subjectName}!`);
    },
  );

  test('for a deleted user, in a room without a name', () => {
    const text = systemText('es', { type: 'MEMBER_JOINED', subjectName: null, roomName: null });

    expect(text).toBe('¡Te damos la bienvenida a la sala, Alguien!');
  });
});

describe.each(['en', 'es', 'pt'])('in %s', (language) => {
  test.each(['ROOM_CREATED', 'MEMBER_JOINED', 'MEMBER_LEFT', 'MEMBER_REMOVED'] as const)('%s names Ada', (type) => {
    expect(systemText(language, { type, ...ada })).toMatch(/Ada.*[.!]$|^.*Ada[.!]$/);
  });
});
