import type { GraphQLResolveInfo } from 'graphql';
import type { FieldPlan, OperationPlan } from './plan.ts';

type Path = GraphQLResolveInfo['path'];

/** The operation that is executed, for resolvers. */
export interface Executed {
  readonly plan: OperationPlan;
  readonly rootValue: unknown;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/** The fourth argument of resolvers. Most of them read little of it, so its parts are made when they are read. */
export class ResolveInfo implements GraphQLResolveInfo {
  readonly #executed: Executed;
  readonly #field: FieldPlan;
  readonly #parentPath: Path | undefined;

  constructor(executed: Executed, field: FieldPlan, parentPath: Path | undefined) {
    this.#executed = executed;
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
    return this.#executed.plan.schema;
  }

  get fragments() {
    return this.#executed.plan.fragments;
  }

  get rootValue() {
    return this.#executed.rootValue;
  }

  get operation() {
    return this.#executed.plan.operation;
  }

  get variableValues() {
    return this.#executed.variableValues;
  }
}

export function fieldPath({ key, parentType }: FieldPlan, parentPath: Path | undefined): Path {
  return { prev: parentPath, key, typename: parentType.name };
}
