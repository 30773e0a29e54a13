import { describe, expect, test } from '@jest/globals';
import { itemsOf, type NewFrom } from '../src/log/items.ts';
import type { Message, SystemEvent } from '../src/log/message.ts';

let made = 0;
const person = (name: string) => ({ id: name, displayName: name });

/** Makes a message of a person at a local time of day. */
function say(name: string, time: string, more: Partial<Message> = {}): Message {
  made += 1;
  const createdAt = new Date(`2025-11-28T${time}`).toISOString();
  const rest = { editedAt: null, deletedAt: null, replyTo: null, reactionGroups: [], systemEvent: null };
  return { id: `m${made}`, author: person(name), kind: 'USER', text: 'x', createdAt, ...rest, ...more };
}

function system(type: SystemEvent['type'], name: string, time: string): Message {
  return say(name, time, { author: null, kind: 'SYSTEM', text: null, systemEvent: { type, subject: person(name) } });
}

/** Writes the items in short: `ada+` continues a group. */
function short(messages: Message[], newFrom: NewFrom | null = null): string[] {
  return itemsOf(messages, newFrom).map((item) => {
    if (item.type === 'day') return item.newCount === null ? 'day' : `day, ${item.newCount} new`;
    if (item.type === 'new') return `${item.count} new`;
    if (item.type === 'system') return `${item.event} ${item.people.map(({ id }) => id).join(' ')}`;
    return `${item.message.author?.id}${item.isFirst ? '' : '+'}${item.isLast ? '.' : ''}`;
  });
}

describe('a message continues the group', () => {
  test('of its author within five minutes of the one before', () => {
    const talk = [say('ada', '10:00:00'), say('ada', '10:05:00'), say('ada', '10:10:01')];

    expect(short(talk)).toEqual(['day', 'ada', 'ada+.', 'ada.']);
  });

  test('wherever the messages at hand begin', () => {
    const talk = Array.from({ length: 40 }, (_, at) => say('ada', `10:${String(at + 10)}`));
    const headers = (messages: Message[]) =>
      itemsOf(messages).flatMap((item) => (item.type === 'message' && item.isFirst ? [item.key] : []));

    for (let from = 1; from < talk.length; from++) {
      const [, ...later] = headers(talk.slice(from));
      expect(headers(talk)).toEqual(expect.arrayContaining(later));
    }
  });

  test('within one quarter of an hour', () => {
    const talk = ['10:00', '10:05', '10:10', '10:14:59', '10:15'].map((time) => say('ada', time));

    expect(short(talk)).toEqual(['day', 'ada', 'ada+', 'ada+', 'ada+.', 'ada.']);
  });

  test('unless it is an answer, but after an answer', () => {
    const replyTo = { id: 'm0', author: null, text: null, deletedAt: null };
    const talk = [say('ada', '10:00'), say('ada', '10:01', { replyTo }), say('ada', '10:02')];

    expect(short(talk)).toEqual(['day', 'ada.', 'ada', 'ada+.']);
  });

  test('deleted or not, and never one of somebody else', () => {
    const gone = { text: null, deletedAt: '2025-11-28T10:02:00Z' };
    const talk = [say('ada', '10:00'), say('ada', '10:01', gone), say('bob', '10:02'), say('ada', '10:03')];

    expect(short(talk)).toEqual(['day', 'ada', 'ada+.', 'bob.', 'ada.']);
  });

  test('unless a line stands between them', () => {
    const talk = [
      say('ada', '10:00'),
      system('MEMBER_JOINED', 'bob', '10:01'),
      say('ada', '10:02'),
      say('ada', '10:03'),
    ];

    expect(short(talk, { messageId: talk[3]!.id, count: 1 })).toEqual([
      'day',
      'ada.',
      'MEMBER_JOINED bob',
      'ada.',
      '1 new',
      'ada.',
    ]);
  });
});

test('a day begins with a line, which also tells of new messages that begin there', () => {
  const late = say('ada', '23:59:00');
  const early = { ...say('ada', '00:01:00'), createdAt: new Date('2025-11-29T00:01:00').toISOString() };

  expect(short([late, early], { messageId: early.id, count: 1 })).toEqual(['day', 'ada.', 'day, 1 new', 'ada.']);
});

describe('system lines', () => {
  test('of one kind within an hour become one, which names everybody once', () => {
    const talk = ['10:00', '10:30', '10:59'].map((time, at) =>
      system('MEMBER_JOINED', ['ada', 'bob', 'ada'][at]!, time),
    );

    expect(short(talk)).toEqual(['day', 'MEMBER_JOINED ada bob']);
  });

  test('of other kinds, later ones, and those after a message stay apart', () => {
    const talk = [
      system('MEMBER_JOINED', 'ada', '10:00'),
      system('MEMBER_LEFT', 'ada', '10:01'),
      system('MEMBER_LEFT', 'bob', '11:01'),
      say('cleo', '11:02'),
      system('MEMBER_LEFT', 'dan', '11:03'),
    ];

    expect(short(talk)).toEqual([
      'day',
      'MEMBER_JOINED ada',
      'MEMBER_LEFT ada',
      'MEMBER_LEFT bob',
      'cleo.',
      'MEMBER_LEFT dan',
    ]);
  });
});
