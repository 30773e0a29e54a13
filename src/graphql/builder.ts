import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
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
  first: { description: 'At most this many items from the front, 0 to 100.' },
  last: { description: 'At most this many items from the end, 0 to 100.' },
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
    nodesOnConnection: { description: 'The nodes of the page, where the cursor of each is not needed.' },
    nodeTypeOptions: { description: 'Anything with an id of its own that can be fetched again by it.' },
    idFieldOptions: { description: 'Global id: opaque, unique over all types, stable for ever.' },
    nodeQueryOptions: {
      description: 'Any node by its id; null if there is none or the viewer may not see it.',
      args: { id: { description: 'Global id of the node.' } },
    },
    nodesQueryOptions: {
      description: 'Several nodes by their ids, at most 100, in the same order; null where `node` would be null.',
      args: { ids: { description: 'Global ids of the nodes, at most 100.' } },
      complexity: ({ ids }) => sized(ids.length),
      resolve: (_root, { ids }, _context, _info, resolveNodes) => {
        if (ids.length > 100) throw invalidInput(`Got ${ids.length} ids; the limit is 100.`, ['ids'], 'maxItems');
        return resolveNodes(ids);
      },
    },
    pageInfoTypeOptions: { description: 'Where a page stands in its list (Relay).' },
    hasNextPageFieldOptions: {
      description: 'Whether more items follow the page. Where `before` was given: the item that it is of, at least.',
    },
    hasPreviousPageFieldOptions: {
      description: 'Whether items precede the page. Where `after` was given: the item that it is of, at least.',
    },
    startCursorFieldOptions: { description: 'Cursor of the first item, for `before`; null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last item, for `after`; null on an empty page.' },
    pageInfoFieldOptions: { description: 'Where this page stands in the list.' },
    edgesFieldOptions: { description: 'The items of the page, each with its cursor.' },
    cursorFieldOptions: { description: 'Position of the item in the list, for `after` and `before`; opaque.' },
    nodeFieldOptions: { description: 'The item.' },
    firstArgOptions: pageArguments.first,
    lastArgOptions: pageArguments.last,
    afterArgOptions: pageArguments.after,
    beforeArgOptions: pageArguments.before,
  },
});

builder.queryType({ description: 'What can be asked.' });
builder.mutationType({ description: 'What can be done: one `input`, one payload, always `userErrors`.' });
builder.subscriptionType({ description: 'What can be followed, over WebSocket or Server-Sent Events.' });

builder.scalarType('DateTime', {
  description: 'An instant: RFC 3339 in UTC with milliseconds, such as `2026-11-21T08:30:00.000Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const date = new Date(typeof value === 'string' ? value : Number.NaN);
    if (Number.isNaN(date.getTime())) throw invalidInput('Expected an RFC 3339 date and time.');
    return date;
  },
});

builder.scalarType('LanguageTag', {
  description: 'A language: BCP 47, such as `en`, `pt-BR` or `es`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/bcp/bcp47.txt',
  serialize: (value) => value,
  parseValue: languageTag,
});

builder.scalarType('StreamCursor', {
  description: "Opaque position in a room's event log; never interchangeable with a page cursor.",
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string') throw invalidInput('Expected a cursor as it was received.');
    return value;
  },
});

/** Returns the canonical form of a BCP 47 tag. Throws INVALID_INPUT. */
function languageTag(value: unknown): string {
  const tag = typeof value === 'string' ? canonicalTag(value) : null;
  if (!tag) throw invalidInput('Expected a BCP 47 language tag, such as `en` or `pt-BR`.', ['language'], 'languageTag');
  return tag;
}
