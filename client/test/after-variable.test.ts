import { expect, test } from '@jest/globals';
import { scan } from '../src/connection/scan-operation.ts';

test.each<[string, string, object]>([
  ['short query', '{ server { name } }', { kind: 'query', rootField: undefined, after: undefined, hasCursor: false }],
  [
    'subscription',
    'subscription Follow($room: ID!, $from: StreamCursor) { roomEvents(roomId: $room, after: $from) { cursor } }',
    { kind: 'subscription', rootField: 'roomEvents', after: 'from', room: 'room', hasCursor: true },
  ],
  [
    'alias, comments and line ends',
    `# subscription { no(after: $no) { cursor } }
    subscription ($a: StreamCursor) {
      events: messageAdded(
        after: $a # ) {
        roomId: "after: $b ) {"
      ) { cursor }
    }`,
    { kind: 'subscription', rootField: 'messageAdded', after: 'a', room: undefined, hasCursor: true },
  ],
  [
    'block strings with quotes and escapes',
    'subscription($a: X) { f(text: """ a "quoted" \\""" after: $no """, after: $a) { cursor } }',
    { after: 'a', hasCursor: true },
  ],
  [
    'fragment before the operation',
    'fragment F on RoomEventBatch { query: cursor } subscription($a: X) { roomEvents(after: $a) { ...F } }',
    { kind: 'subscription', after: 'a', hasCursor: true },
  ],
  [
    'mutation',
    'mutation Send($after: X) { sendMessage(input: { text: "x" }) { cursor } }',
    { kind: 'mutation', after: undefined },
  ],
  [
    'cursor in a string only',
    'subscription($a: X) { f(after: $a, b: "cursor") { x } }',
    { after: 'a', hasCursor: false },
  ],
  ['not GraphQL', 'hello', { kind: 'query', rootField: undefined }],
])('the scanner reads a document: %s', (_what, document, expected) => {
  expect(scan(document)).toMatchObject(expected);
});

test('the scanner reads the operation that is named', () => {
  const two = 'query A { a } subscription B($x: X) { b(after: $x) { cursor } }';
  expect(scan(two, 'B')).toMatchObject({ kind: 'subscription', rootField: 'b', after: 'x' });
  expect(scan(two, 'A')).toMatchObject({ kind: 'query', rootField: 'a' });
});
