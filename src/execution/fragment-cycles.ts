import { type DocumentNode, type FragmentDefinitionNode, GraphQLError, Kind, visit } from 'graphql';
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
  const fragments = fragmentsIn(document);
  const done = new Set<string>();
  const open = new Set<string>();
  // The calls are as deep as the longest chain of spreads, so their number is limited by that of the tokens.
  const inCycle = (name: string): string | null => {
    if (done.has(name)) return null;
    if (open.has(name)) return name;
    open.add(name);
    for (const spread of fragments.get(name)?.spreads ?? []) {
      const found = inCycle(spread);
      if (found !== null) return found;
    }
    open.delete(name);
    done.add(name);
    return null;
  };
  for (const name of fragments.keys()) {
    const found = inCycle(name);
    if (found === null) continue;
    const nodes = fragments.get(found)!.definition;
    return new GraphQLError(`The fragment "${found}" spreads itself, directly or through others.`, { nodes });
  }
  return null;
}

interface Fragment {
  definition: FragmentDefinitionNode;
  /** The names that it spreads, at any depth. */
  spreads: string[];
}

function fragmentsIn({ definitions }: DocumentNode): Map<string, Fragment> {
  const fragments = new Map<string, Fragment>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const spreads: string[] = [];
    visit(definition, { FragmentSpread: ({ name }) => void spreads.push(name.value) });
    fragments.set(definition.name.value, { definition, spreads });
  }
  return fragments;
}
