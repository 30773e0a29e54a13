import type { FragmentDefinitionNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';

/** A position in a result. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

/** A document that can be executed. */
export interface Executable {
  readonly schema: GraphQLSchema;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  /** Called with the number of fields that were compiled. */
  readonly onCompiled: (fields: number) => void;
}

interface Given {
  operation: OperationDefinitionNode;
  variableValues: Record<string, unknown>;
  rootValue: unknown;
  contextValue: unknown;
}

/** One execution of an operation. */
export class Run {
  readonly executable: Executable;
  readonly operation: OperationDefinitionNode;
  readonly variableValues: Record<string, unknown>;
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  /** The errors of the result so far. */
  readonly errors: GraphQLError[] = [];
  readonly #failed = new Set<Path | undefined>();

  constructor(executable: Executable, { operation, variableValues, rootValue, contextValue }: Given) {
    this.executable = executable;
    this.operation = operation;
    this.variableValues = variableValues;
    this.rootValue = rootValue;
    this.contextValue = contextValue;
  }

  /**
   * Adds the error that makes the value at `path` null; without a path, the whole result. Ignores it if an earlier error
   * has removed that position from the result.
   */
  addError(error: GraphQLError, path?: Path): void {
    for (let at = path; at !== undefined; at = at.prev) {
      if (this.#failed.has(at)) return;
    }
    if (this.#failed.has(undefined)) return;
    this.#failed.add(path);
    this.errors.push(error);
  }
}
