import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from '../executor/collect-fields.ts';

/**
 * The fields that an operation selects of an object. Contains every field that may be resolved: `@skip`, `@include` and the
 * types of fragments are ignored.
 */
export class Selection {
  readonly #sets: readonly SelectionSetNode[];
  readonly #fragments: Fragments;
  #fields: ReadonlyMap<string, readonly SelectionSetNode[]> | null = null;

  constructor(sets: readonly SelectionSetNode[], fragments: Fragments) {
    this.#sets = sets;
    this.#fragments = fragments;
  }

  has(...names: readonly string[]): boolean {
    return names.some((name) => this.#found.has(name));
  }

  /** Returns the fields that are selected of the objects in the field, or in any of several fields. */
  below(...names: readonly string[]): Selection {
    return new Selection(
      names.flatMap((name) => this.#found.get(name) ?? []),
      this.#fragments,
    );
  }

  /** Returns the fields that are selected of the items of a connection. */
  get items(): Selection {
    const direct = this.#found.get('nodes') ?? [];
    return new Selection([...direct, ...this.below('edges').#setsOf('node')], this.#fragments);
  }

  #setsOf(name: string): readonly SelectionSetNode[] {
    return this.#found.get(name) ?? [];
  }

  get #found(): ReadonlyMap<string, readonly SelectionSetNode[]> {
    this.#fields ??= fieldsIn(this.#sets, this.#fragments);
    return this.#fields;
  }
}

/** Returns the fields in selection sets, with the sets below them. Looks into each fragment once. */
function fieldsIn(sets: readonly SelectionSetNode[], fragments: Fragments): Map<string, SelectionSetNode[]> {
  const fields = new Map<string, SelectionSetNode[]>();
  const spread = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const below = fields.get(name) ?? [];
        if (selection.selectionSet) below.push(selection.selectionSet);
        fields.set(name, below);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments[selection.name.value];
        if (fragment) visit(fragment.selectionSet);
      }
    }
  };
  sets.forEach(visit);
  return fields;
}

/** The part of `GraphQLResolveInfo` that tells what is selected. */
export type Selecting = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/**
 * Returns a function that finds out what a resolver must know of the selection below its field. It does so once for each
 * field of a document, as most documents are executed again and again.
 */
export function perSelection<Found>(find: (selection: Selection) => Found): (info: Selecting) => Found {
  const known = new WeakMap<FieldNode, Found>();
  return ({ fieldNodes, fragments }) => {
    const [node] = fieldNodes;
    const found = fieldNodes.length === 1 && node ? known.get(node) : undefined;
    if (found !== undefined) return found;
    const sets = fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const made = find(new Selection(sets, fragments));
    // Fields that were merged are not remembered: which ones are merged depends on variables.
    if (fieldNodes.length === 1 && node) known.set(node, made);
    return made;
  };
}
