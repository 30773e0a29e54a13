import { globalId, newId } from '../../src/base/ids.ts';

/**
 * What is wrong, the document, its variables, and the error code of the answer, which is the same over every transport.
 */
export type BadDocument = [what: string, query: string, variables: Record<string, unknown>, code: string];

const send = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }';
const room = 'query ($id: ID!) { room(id: $id) { id } }';
const rooms = 'query ($first: Int, $after: String) { rooms(first: $first, after: $after) { nodes { id } } }';
const nested = (levels: number): string => `members { nodes { room { ${levels > 0 ? nested(levels - 1) : 'id'} } } }`;
const aliases = Array.from({ length: 31 }, (_, n) => `a${n}: server { version }`).join(' ');
const expensive =
  'rooms(first: 100) { nodes { members(first: 100) { nodes { room { members(first: 100) { nodes { id } } } } } } }';

/** Fragments that each spread the next one twice. */
const emptyFragments = (count: number) =>
  Array.from({ length: count }, (_, n) => `fragment F${n} on Subscription { ...F${n + 1} ...F${n + 1} }`).join(' ');

/** Fragments of which each spreads the next two, and the last ones the first; below `open`, if given. */
const circle = (count: number, type = 'Node', open = '') =>
  Array.from({ length: count }, (_, n) => {
    const spreads = `...F${(n + 1) % count} ...F${(n + 2) % count}`;
    return `fragment F${n} on ${type} { id ${open} ${spreads} ${open.replace(/[^{]/g, '').replaceAll('{', '}')} }`;
  }).join(' ');

/** Documents that a signed-in caller may send by mistake or on purpose. */
export const badDocuments: BadDocument[] = [
  ['no document', '', {}, 'BAD_REQUEST'],
  ['a comment alone', '# hello', {}, 'BAD_REQUEST'],
  ['a syntax error', '{ server {', {}, 'BAD_REQUEST'],
  ['a NUL', '{ server \u0000 { version } }', {}, 'BAD_REQUEST'],
  ['a fragment alone', 'fragment Part on Server { version }', {}, 'BAD_REQUEST'],
  ['a schema', 'type Room { id: ID }', {}, 'BAD_REQUEST'],
  [
    'two operations without a name for one',
    'query A { server { version } } query B { server { time } }',
    {},
    'BAD_REQUEST',
  ],
  ['fragments in a circle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }', {}, 'BAD_REQUEST'],
  ['unused fragments in a circle', `{ server { version } } ${circle(140)}`, {}, 'BAD_REQUEST'],
  [
    'unused fragments in a circle of fields',
    `{ server { version } } ${circle(60, 'Room', 'lastMessage { room {')}`,
    {},
    'BAD_REQUEST',
  ],
  ['an unknown field', '{ nothing }', {}, 'BAD_REQUEST'],
  ['an unknown argument', '{ server(loud: true) { version } }', {}, 'BAD_REQUEST'],
  ['an unknown directive', '{ server { version @loud } }', {}, 'BAD_REQUEST'],
  ['an unknown enum value', '{ rooms(kinds: [SECRET]) { nodes { id } } }', {}, 'BAD_REQUEST'],
  ['a missing argument', '{ room { id } }', {}, 'BAD_REQUEST'],
  ['a missing variable', room, {}, 'BAD_REQUEST'],
  ['a missing input field', send, { input: { roomId: 'x' } }, 'BAD_REQUEST'],
  ['an unknown input field', send, { input: { roomId: 'x', text: 'Hi', loud: true } }, 'BAD_REQUEST'],
  ['null for what is required', send, { input: { roomId: 'x', text: null } }, 'BAD_REQUEST'],
  ['an object for a text', send, { input: { roomId: 'x', text: { a: 1 } } }, 'BAD_REQUEST'],
  ['a list for an id', room, { id: [['x']] }, 'BAD_REQUEST'],
  ['a fraction for an id', room, { id: 1.5 }, 'BAD_REQUEST'],
  ['a text for a number', rooms, { first: 'ten' }, 'BAD_REQUEST'],
  ['a number beyond 32 bits', rooms, { first: 1e20 }, 'BAD_REQUEST'],
  ['a bad id', room, { id: 'nonsense' }, 'INVALID_INPUT'],
  ['an id of something else', room, { id: globalId('User', newId()) }, 'INVALID_INPUT'],
  ['a bad cursor', rooms, { after: 'nonsense' }, 'INVALID_INPUT'],
  ['a page that is too large', rooms, { first: 101 }, 'INVALID_INPUT'],
  ['a search for NUL', 'query ($q: String) { users(query: $q) { nodes { id } } }', { q: '\u0000' }, 'INVALID_INPUT'],
  [
    'a language that is none',
    'mutation { updateProfile(input: { language: "%" }) { user { id } } }',
    {},
    'INVALID_INPUT',
  ],
  ...['', '@skip(if: true)'].map(
    (directive): BadDocument => [
      `a mutation with a field for queries ${directive}`,
      `mutation { createRoom(input: { kind: GROUP, name: "Sync me" }) { room { ...Part } } } fragment Part on Room { syncCursor ${directive} }`,
      {},
      'INVALID_INPUT',
    ],
  ),
  [
    'a subscription with a field for queries',
    'subscription ($id: ID!) { messageAdded(roomId: $id) { message { room { syncCursor } } } }',
    { id: globalId('Room', newId()) },
    'INVALID_INPUT',
  ],
  ['a subscription with a bad id', 'subscription { messageAdded(roomId: "x") { eventNumber } }', {}, 'INVALID_INPUT'],
  [
    'a subscription that skips its only field',
    'subscription { ...Part } fragment Part on Subscription { viewerEvents @skip(if: true) { __typename } }',
    {},
    'BAD_REQUEST',
  ],
  [
    'a subscription that includes no field',
    'subscription { ... @include(if: false) { viewerEvents { __typename } } }',
    {},
    'BAD_REQUEST',
  ],
  [
    'a subscription with a field in none of its many fragments',
    `subscription { ...F0 } ${emptyFragments(30)} fragment F30 on Subscription { viewerEvents @skip(if: true) { __typename } }`,
    {},
    'BAD_REQUEST',
  ],
  [
    'two subscriptions in one',
    'subscription { a: messageAdded(roomId: "x") { eventNumber } b: messageAdded(roomId: "x") { eventNumber } }',
    {},
    'BAD_REQUEST',
  ],
  ['the same field many times', `{ ${'server { version } '.repeat(150)} }`, {}, 'BAD_REQUEST'],
  ['the same field in many parts', `{ ${'... on Query { server { version } } '.repeat(150)} }`, {}, 'BAD_REQUEST'],
  ['a name without an end', `query ${'n'.repeat(100_000)} { server { version } }`, {}, 'BAD_REQUEST'],
  ['too many levels', `{ room(id: "x") { ${nested(5)} } }`, {}, 'BAD_REQUEST'],
  ['values in values without an end', `{ room(id: ${'['.repeat(100_000)}`, {}, 'BAD_REQUEST'],
  ['values in a thousand values', `{ room(id: ${'['.repeat(900)}${']'.repeat(900)}) { id } }`, {}, 'BAD_REQUEST'],
  [
    'types in a thousand types',
    `query ($a: ${'['.repeat(900)}ID${']'.repeat(900)}) { viewer { id } }`,
    {},
    'BAD_REQUEST',
  ],
  ['selections without an end', '{ a '.repeat(50_000), {}, 'BAD_REQUEST'],
  ['too many aliases', `{ ${aliases} }`, {}, 'BAD_REQUEST'],
  ['too many words', `{ ${'server { version } '.repeat(600)} }`, {}, 'BAD_REQUEST'],
  ['pages that are too large together', `{ ${expensive} }`, {}, 'INVALID_INPUT'],
  [
    'pages that are too large, offset by an impossible one',
    `{ rooms(first: -2000000) { nodes { id } } other: ${expensive} }`,
    {},
    'INVALID_INPUT',
  ],
  [
    'pages that are too large, by variables',
    `query ($n: Int = 100) { ${expensive.replaceAll('100', '$n')} }`,
    {},
    'INVALID_INPUT',
  ],
  [
    'too many pages of nodes',
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Room { members(first: 100) { nodes { user { id } room { id } role } } } } }`,
    { ids: Array.from({ length: 100 }, () => globalId('Room', newId())) },
    'INVALID_INPUT',
  ],
];
