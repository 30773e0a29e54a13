import { expect, test } from '@jest/globals';
import { getOperationAST, parse } from 'graphql';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { schema } from '../../src/schema.ts';
import { planOf } from '../../src/sharing/plan.ts';
import { weightOf } from '../../src/sharing/weights.ts';

function weight(selection: string, fragments = '') {
  const document = parse(`subscription { roomEvents(roomId: "1") ${selection} } ${fragments}`);
  return weightOf(schema, getOperationAST(document)!, document.definitions);
}

const message = (selection: string) => `{ events { ... on MessageAddedEvent { message { ${selection} } } } }`;

test('a text counts as often as it is asked for', () => {
  expect(weight(message('id text'))).toMatchObject({ texts: 1 });
  expect(weight(message('a: text b: text replyTo { text }'))).toMatchObject({ texts: 3 });
});

test('fragments count wherever they are spread', () => {
  const fragments =
    'fragment Two on Message { a: text b: text } fragment Four on Message { ...Two replyTo { ...Two } }';

  expect(weight(message('...Four replyTo { ...Two }'), fragments)).toMatchObject({ texts: 6 });
});

test('of the fields for different event types, the most expensive set counts', () => {
  const [added, updated] = ['Added', 'Updated'].map(
    (type) => `... on Message${type}Event { message { a: text b: text } }`,
  );

  expect(weight(`{ events { ${added} } }`)).toEqual(weight(`{ events { ${added} ${updated} } }`));
});

test('lists count at the size asked for', () => {
  const { fields } = weight(message('room { messages(last: 50) { nodes { text } } }'));

  expect(fields).toBeGreaterThan(50);
});

test('the weight of an event is the bytes of its text and of its fields', () => {
  const document = parse(
    'subscription { roomEvents(roomId: "1") { events { ... on MessageAddedEvent { message { a: text b: text } } } } }',
  );
  const { weigh } = planOf(schema, document, null);
  const said = (text: string | null) => weigh({ type: 'MESSAGE_ADDED', message: { text } } as RoomEvent);

  expect(said('🐌'.repeat(100)) - said(null)).toBe(800);
  expect(said(null)).toBeGreaterThan(0);
});
