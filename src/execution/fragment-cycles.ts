import { type DocumentNode, GraphQLError, Kind, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badRequest } from '../base/errors.ts';

/**
 * Refuses documents with fragments that spread each other in a circle, before other rules look at them: a rule of graphql-js
 * compares each fragment of a circle with each other one, one call in the other, until the stack overflows. Its own rule
 * against circles does not stop it, and both look at unused fragments too.
 */
export const fragmentCycles: Plugin = {
  onValidate: ({ validateFn, setValidationFn }) => {
    setValidationFn((schema, document, ...more) => {
      const error = cycleIn(document);
      return error ? [error] : withinStack(() => validateFn(schema, document, ...more));
    });
  },
};

/** Returns the errors of a validation. A document on which it overflows the stack is no fault of the server. */
function withinStack(validate: () => readonly GraphQLError[]): readonly GraphQLError[] {
  try {
    return validate();
  } catch (error) {
    if (error instanceof RangeError) return [badRequest('The document is too complex.')];
    throw error;
  }
}

function cycleIn(document: DocumentNode): GraphQLError | null {
  const spreads = spreadsIn(document);
  const done = new Set<string>();
  const open = new Set<string>();
  // The calls are as deep as the longest chain of spreads, so their number is limited by that of the tokens.
  const isInCycle = (name: string): boolean => {
    if (done.has(name)) return false;
    if (open.has(name)) return true;
    open.add(name);
    const isFound = (spreads.get(name) ?? []).some(isInCycle);
    open.delete(name);
    done.add(name);
    return isFound;
  };
  const found = [...spreads.keys()].find(isInCycle);
  return found === undefined ? null : new GraphQLError(`The fragment "${found}" spreads itself, or one that does.`);
}

/** Returns the names that each fragment spreads, at any depth. */
function spreadsIn({ definitions }: DocumentNode): Map<string, string[]> {
  const spreads = new Map<string, string[]>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const names: string[] = [];
    visit(definition, { FragmentSpread: ({ name }) => void names.push(name.value) });
    spreads.set(definition.name.value, names);
  }
  return spreads;
}
