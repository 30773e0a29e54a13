import type { FieldNode } from 'graphql';

/** Characters in a result that cost as much as a field. */
export const charactersPerField = 32;

/** The cost of a field itself: its name stands in the result, an alias of any length each time that it is resolved. */
export function shownCost({ alias, name }: FieldNode): number {
  return Math.ceil((alias ?? name).value.length / charactersPerField);
}
