import type { GraphQLError } from 'graphql';
import type { Path } from './resolve-info.ts';

type Place = Path | undefined;

/** The errors of a result. Where a value is null because of an error, later errors below it are left out. */
export class CollectedErrors {
  readonly list: GraphQLError[] = [];
  readonly #places = new Set<Place>();

  /** `path`: the place of the value that is null instead; undefined: all data. */
  add(error: GraphQLError, path: Place): void {
    if (this.#isBelowError(path)) return;
    this.#places.add(path);
    this.list.push(error);
  }

  #isBelowError(start: Place): boolean {
    if (this.#places.size === 0) return false;
    for (let path = start; path; path = path.prev) if (this.#places.has(path)) return true;
    return this.#places.has(undefined);
  }
}
