import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Path, Run } from './run.ts';

interface SelectedField {
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  pathBelow(parentPath: Path | undefined): Path;
}

/** What a resolver can read of its field and operation. Properties are getters, because few resolvers read any. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly #field: SelectedField;
  readonly #run: Run;
  readonly #parentPath: Path | undefined;

  constructor(field: SelectedField, run: Run, parentPath: Path | undefined) {
    this.#field = field;
    this.#run = run;
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
    return this.#field.pathBelow(this.#parentPath);
  }
  get schema() {
    return this.#run.executable.schema;
  }
  get fragments() {
    return this.#run.executable.fragments;
  }
  get operation() {
    return this.#run.operation;
  }
  get rootValue() {
    return this.#run.rootValue;
  }
  get variableValues() {
    return this.#run.variableValues;
  }
}
