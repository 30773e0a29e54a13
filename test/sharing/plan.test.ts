import { describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { schema } from '../../src/schema.ts';
import { planOf } from '../../src/sharing/plan.ts';

function plan(text: string, operationName?: string) {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]); // else this proves nothing
  return planOf(schema, document, operationName);
}

const plain = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status events { eventNumber } }
}`;

describe('readers share a result who ask', () => {
  test.each([
    ['in another hand', plain.replaceAll(/\s+/g, '   ').replaceAll('{', '{ #\n').replaceAll(',', ' ')],
    ['after a cursor of another name', plain.replaceAll('$after', '$cursor')],
    ['after a cursor in the text', plain.replace(', $after: StreamCursor', '').replace('$after', '"x"')],
    ['after a cursor with a default', plain.replace('StreamCursor', 'StreamCursor = "x"')],
    ['without a cursor', plain.replace(', $after: StreamCursor', '').replace(', after: $after', '')],
  ])('the same %s', (_what, text) => {
    const { digest, variables, dependence } = plan(text);

    expect(digest).toBe(plan(plain).digest);
    expect({ variables, dependence }).toEqual({ variables: ['roomId'], dependence: 'none' });
  });

  test('the same after different cursors, by way of a fragment', () => {
    const text = (after: string) => `
      subscription { ...Root }
      fragment Root on Subscription { ... { roomEvents(roomId: "1", after: "${after}") { status } } }`;

    expect(plan(text('a')).digest).toBe(plan(text('b')).digest);
  });
});

test('readers of different rooms, of those in roomIds, share a result', () => {
  const text = (definition: string, roomIds: string) =>
    `subscription ${definition} { presenceChanged(roomIds: ${roomIds}) { onlineCount } }`;

  expect(plan(text('($rooms: [ID!]!)', '$rooms'))).toMatchObject({ variables: [] });
  expect(plan(text('($rooms: [ID!]!)', '$rooms')).digest).toBe(plan(text('', '["1"]')).digest);
});

describe('readers do not share a result who ask', () => {
  test.each([
    ['for other fields', plain.replace('status', 'status cursor')],
    [
      'for the fields in another order',
      plain.replace('status events { eventNumber }', 'events { eventNumber } status'),
    ],
    ['by another alias', plain.replace('status', 'state: status')],
    ['by another alias of the whole', plain.replace('roomEvents', 'log: roomEvents')],
    ['with a directive', plain.replace('status', 'status @skip(if: false)')],
    ['under another name', plain.replace('subscription', 'subscription Named')],
    ['of another room, in the text', plain.replace('$roomId: ID!, ', '').replace('$roomId', '"1"')],
  ])('%s', (_what, text) => {
    expect(plan(text).digest).not.toBe(plan(plain).digest);
  });

  const paged = (last: string, definition = '') => `subscription (${definition} $roomId: ID!) {
    messageAdded(roomId: $roomId) { message { room { messages(last: ${last}, after: "x") { nodes { id } } } } }
  }`;

  test('with another argument', () => {
    expect(plan(paged('1')).digest).not.toBe(plan(paged('2')).digest);
  });

  test('with another page cursor, which is no resume cursor', () => {
    expect(plan(paged('1')).digest).not.toBe(plan(paged('1').replace('"x"', '"y"')).digest);
  });

  test('with another default of a variable', () => {
    expect(plan(paged('$n', '$n: Int = 1')).digest).not.toBe(plan(paged('$n', '$n: Int = 2')).digest);
  });

  test('with another fragment of the same name', () => {
    const text = (field: string) =>
      `${plain.replace('eventNumber', '...Event')} fragment Event on RoomEvent { ${field} }`;

    expect(plan(text('eventNumber')).digest).not.toBe(plan(text('occurredAt')).digest);
  });
});

test('operations of one document are distinguished', () => {
  const text = `subscription A { messageAdded(roomId: "1") { eventNumber } }
    subscription B { messageAdded(roomId: "1") { message { clientMessageId } } }`;

  expect(plan(text, 'A')).toMatchObject({ dependence: 'none' });
  expect(plan(text, 'B')).toMatchObject({ dependence: 'author' });
});

describe('the dependencies of a result', () => {
  test.each([
    ['none', 'events { actor { displayName } ... on MessageAddedEvent { message { text } } }', ''],
    ['author', 'events { ... on MessageAddedEvent { message { clientMessageId } } }', ''],
    [
      'author',
      'events { ...E }',
      'fragment E on MessageAddedEvent { message { ...M } } fragment M on Message { c: clientMessageId }',
    ],
    ['viewer', 'events { ... on ReactionsChangedEvent { reactionGroups { viewerHasReacted } } }', ''],
    [
      'viewer',
      'events { ...E }',
      `fragment E on RoomEvent {
        ... on MessageAddedEvent { message { clientMessageId } }
        ... on ReactionsChangedEvent { reactionGroups { mine: viewerHasReacted @include(if: true) } }
      }`,
    ],
  ])('is %s by what its fields declare: %s %s', (dependence, selection, fragments) => {
    const text = `subscription { roomEvents(roomId: "1") { ${selection} } } ${fragments}`;

    expect(plan(text)).toMatchObject({ dependence });
  });
});

test('a document has one plan, which remembers a dependence that is found later', () => {
  const document = parse(plain);
  planOf(schema, document, null).dependence = 'viewer';

  expect(planOf(schema, document, undefined).dependence).toBe('viewer');
  expect(planOf(schema, parse(plain), undefined).dependence).toBe('none');
});
