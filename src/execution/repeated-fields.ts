import { type DocumentNode, Kind, type SelectionSetNode, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badRequest } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

/**
 * Refuses documents that select the same fields again and again, before other rules look at them: a rule of graphql-js compares
 * each selection of a field with each other one beside it, so that a document of 4 KB takes a hundred times the usual time.
 */
export const repeatedFields: Plugin = {
  onValidate: ({ validateFn, setValidationFn }) => {
    setValidationFn((schema, document, ...more) =>
      repeatsIn(document) > limits.repeatedFields
        ? [badRequest(`The document repeats more than ${limits.repeatedFields} fields beside themselves.`)]
        : validateFn(schema, document, ...more),
    );
  },
};

/** Returns how many fields of a document repeat a field beside them: with the same name in the result, in the same braces. */
function repeatsIn(document: DocumentNode): number {
  let repeats = 0;
  visit(document, {
    SelectionSet(set, _key, parent) {
      // Its fields stand beside those around it, and were counted with them.
      if (parent && 'kind' in parent && parent.kind === Kind.INLINE_FRAGMENT) return;
      const names = namesIn(set);
      repeats += names.length - new Set(names).size;
    },
  });
  return repeats;
}

function namesIn({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [(selection.alias ?? selection.name).value];
    return selection.kind === Kind.INLINE_FRAGMENT ? namesIn(selection.selectionSet) : [];
  });
}
