import type { FieldNode } from 'graphql';

/** How many characters of a result cost as much as a field. */
export const charactersPerField = 32;

/** Returns the cost of a field itself: every object in the result repeats its name, or an alias of any length. */
export function shownCost({ alias, name }: FieldNode): number {
  return Math.ceil((alias ?? name).value.length / charactersPerField);
}
