import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import { dateTimeOf } from '../base/date-time.ts';
import { invalidInput } from '../base/errors.ts';
import { globalId, parseGlobalId } from '../base/ids.ts';
import { canonicalTag } from '../base/language.ts';
import type { Context } from './context.ts';
import { pageOf, sized } from './costs.ts';

interface SchemaShape {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    LanguageTag: { Input: string; Output: string };
    StreamCursor: { Input: string; Output: string };
  };
}

export type SchemaTypes = PothosSchemaTypes.ExtendDefaultTypes<SchemaShape>;
export type Builder = PothosSchemaTypes.SchemaBuilder<SchemaTypes>;

/** The arguments of a connection. */
export const pageArguments = {
  first: {
    description: 'Maximum number of items from the start of the list, 0 to 100. A page has 20 items by default.',
  },
  last: { description: 'Maximum number of items from the end of the list, 0 to 100.' },
  after: { description: 'Only items after this cursor.' },
  before: { description: 'Only items before this cursor.' },
};

/**
 * The schema builder. Every feature's `schema.ts` registers its types on it. Root fields require a signed-in viewer
 * unless they have `extensions: { anonymous: true }` (see `sessions/sign-in.ts`).
 */
export const builder: Builder = new SchemaBuilder<SchemaShape>({
  plugins: [RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: Number.POSITIVE_INFINITY },
  relay: {
    cursorType: 'String',
    encodeGlobalID: (typename, id) => globalId(typename, String(id)),
    decodeGlobalID: (text) => parseGlobalId(text, ['id']),
    defaultConnectionFieldOptions: {
      complexity: (args) => pageOf(args),
    },
    nodesOnConnection: { description: 'The items of the page, without cursors.' },
    nodeTypeOptions: { description: 'An object with a global id. `Query.node` fetches it by that id.' },
    idFieldOptions: { description: 'Global id: opaque, unique across all types. It never changes.' },
    nodeQueryOptions: {
      description: 'The object with this id; null if there is none or the viewer cannot see it.',
      args: { id: { description: 'Global id of the object.' } },
    },
    nodesQueryOptions: {
      description:
        'The objects with these ids, in the order of the ids. An element is null if `node` would return null for its id.',
      args: { ids: { description: 'Global ids of at most 100 objects.' } },
      complexity: ({ ids }) => sized(ids.length),
      resolve: (_root, { ids }, _context, _info, resolveNodes) => {
        if (ids.length > 100) throw invalidInput(`Got ${ids.length} ids; the limit is 100.`, ['ids'], 'maxItems');
        return resolveNodes(ids);
      },
    },
    pageInfoTypeOptions: { description: 'The position of a page in its list, as in Relay.' },
    hasNextPageFieldOptions: {
      description:
        'Whether there are items after the page. Always true if `before` is given, because the item with that cursor comes after the page.',
    },
    hasPreviousPageFieldOptions: {
      description:
        'Whether there are items before the page. Always true if `after` is given, because the item with that cursor comes before the page.',
    },
    startCursorFieldOptions: {
      description: 'Cursor of the first item, to pass as `before`; null if the page is empty.',
    },
    endCursorFieldOptions: { description: 'Cursor of the last item, to pass as `after`; null if the page is empty.' },
    pageInfoFieldOptions: { description: 'The position of the page in the list.' },
    edgesFieldOptions: { description: 'The items of the page, each with its cursor.' },
    cursorFieldOptions: { description: 'Position of the item in the list, to pass as `after` or `before`; opaque.' },
    nodeFieldOptions: { description: 'The item.' },
    firstArgOptions: pageArguments.first,
    lastArgOptions: pageArguments.last,
    afterArgOptions: pageArguments.after,
    beforeArgOptions: pageArguments.before,
  },
});

builder.queryType({ description: 'All queries.' });
builder.mutationType({
  description: 'All mutations. Each takes one `input` and returns one payload with `userErrors`.',
});
builder.subscriptionType({ description: 'All subscriptions, over WebSocket or Server-Sent Events.' });

builder.scalarType('DateTime', {
  description:
    'A point in time, as RFC 3339. Results are in UTC with milliseconds, such as `2026-11-21T08:30:00.000Z`; inputs may have any offset.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const date = typeof value === 'string' ? dateTimeOf(value) : null;
    if (!date) throw invalidInput('Expected an RFC 3339 date and time.', [], 'dateTime');
    return date;
  },
});

builder.scalarType('LanguageTag', {
  description: 'A BCP 47 language tag, such as `en`, `pt-BR` or `es`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/bcp/bcp47.txt',
  serialize: (value) => value,
  parseValue: languageTag,
});

builder.scalarType('StreamCursor', {
  description: 'Opaque position in the log of a room. Page cursors and stream cursors are not interchangeable.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string') throw invalidInput('Expected a cursor that the server returned.', [], 'cursor');
    return value;
  },
});

/** Returns the canonical form of a BCP 47 tag. Throws INVALID_INPUT. */
function languageTag(value: unknown): string {
  const tag = typeof value === 'string' ? canonicalTag(value) : null;
  if (!tag) throw invalidInput('Expected a BCP 47 language tag, such as `en` or `pt-BR`.', [], 'languageTag');
  return tag;
}
