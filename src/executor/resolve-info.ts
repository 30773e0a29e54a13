import type { GraphQLResolveInfo } from 'graphql';
import type { FieldPlan, OperationPlan } from './plan.ts';

export type Path = GraphQLResolveInfo['path'];

/** An operation with its variables. */
export interface Request {
  readonly plan: OperationPlan;
  readonly rootValue: unknown;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/**
 * The fourth argument of resolvers. Most of them read little of it, so its parts are getters: they are not in a copy by
 * `{ ...info }`, and `path` is another object each time.
 */
export class ResolveInfo implements GraphQLResolveInfo {
  readonly #request: Request;
  readonly #field: FieldPlan;
  readonly #parentPath: Path | undefined;

  constructor(request: Request, field: FieldPlan, parentPath: Path | undefined) {
    this.#request = request;
    this.#field = field;
    this.#parentPath = parentPath;
  }

  get fieldName() {
    return this.#field.definition.name;
  }

  get fieldNodes() {
    return this.#field.nodes;
  }

  get returnType() {
    return this.#field.definition.type;
  }

  get parentType() {
    return this.#field.parentType;
  }

  get path() {
    return fieldPath(this.#field, this.#parentPath);
  }

  get schema() {
    return this.#request.plan.document.schema;
  }

  get fragments() {
    return this.#request.plan.document.fragments;
  }

  get rootValue() {
    return this.#request.rootValue;
  }

  get operation() {
    return this.#request.plan.operation;
  }

  get variableValues() {
    return this.#request.variableValues;
  }
}

export function fieldPath({ key, parentType }: FieldPlan, parentPath: Path | undefined): Path {
  return { prev: parentPath, key, typename: parentType.name };
}
