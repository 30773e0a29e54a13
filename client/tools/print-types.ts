import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  typeFromAST,
} from 'graphql';

type Selections = readonly SelectionNode[];

/** Prints the TypeScript types of selections, enums and inputs. */
export class TypePrinter {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Map<string, FragmentDefinitionNode>;
  readonly #named = new Map<string, GraphQLEnumType | GraphQLInputObjectType>();

  constructor(schema: GraphQLSchema, fragments: readonly FragmentDefinitionNode[]) {
    this.#schema = schema;
    this.#fragments = new Map(fragments.map((node) => [node.name.value, node]));
  }

  ofFragment(node: FragmentDefinitionNode): string {
    return this.#composite(this.#type(node.typeCondition.name.value), node.selectionSet.selections);
  }

  ofOperation(node: OperationDefinitionNode): string {
    return this.#composite(this.#schema.getRootType(node.operation)!, node.selectionSet.selections);
  }

  ofVariables(node: OperationDefinitionNode): string {
    const fields = (node.variableDefinitions ?? []).map(({ variable, type }) =>
      // The overloads of `typeFromAST` take one kind of node each.
      this.#inputField(variable.name.value, typeFromAST(this.#schema, type as never) as unknown as GraphQLInputType),
    );
    return fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join(' ')} }`;
  }

  /** Prints the enums and inputs that were used so far. */
  declarations(): string {
    for (const type of this.#named.values()) if (isInputObjectType(type)) this.#inputObject(type); // may add more
    return [...this.#named.values()]
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((type) => `export type ${type.name} = ${isEnumType(type) ? enumValues(type) : this.#inputObject(type)};\n`)
      .join('');
  }

  #type(name: string): GraphQLCompositeType {
    return this.#schema.getType(name) as GraphQLCompositeType;
  }

  /** An abstract type is a union of its members; members with the same fields are one. */
  #composite(type: GraphQLCompositeType, selections: Selections): string {
    const only = selections.length === 1 ? selections[0]! : null;
    if (only?.kind === Kind.FRAGMENT_SPREAD && this.#conditionOf(only) === type) return only.name.value;
    if (isObjectType(type)) return this.#object(type, [type.name], selections);
    const members = new Map<string, { type: GraphQLObjectType; names: string[] }>();
    for (const member of this.#schema.getPossibleTypes(type)) {
      const fields = this.#object(member, ['?'], selections);
      const same = members.get(fields);
      if (same) same.names.push(member.name);
      else members.set(fields, { type: member, names: [member.name] });
    }
    return [...members.values()]
      .map(({ type: member, names }) => this.#object(member, names, selections))
      .join('\n  | ');
  }

  #object(type: GraphQLObjectType, names: string[], selections: Selections): string {
    const fields = new Map<string, FieldNode[]>();
    this.#collect(type, selections, fields);
    const printed = [...fields].map(([key, nodes]) => {
      if (nodes[0]!.name.value === '__typename')
        return `readonly ${key}: ${names.map((name) => `'${name}'`).join(' | ')};`;
      const field = type.getFields()[nodes[0]!.name.value]!;
      const inner = nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
      return `readonly ${key}: ${this.#output(field.type, inner)};`;
    });
    return printed.length === 0 ? 'object' : `{ ${printed.join(' ')} }`;
  }

  #collect(type: GraphQLObjectType, selections: Selections, into: Map<string, FieldNode[]>): void {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        into.set(key, [...(into.get(key) ?? []), node]);
      } else if (this.#applies(this.#conditionOf(node) ?? type, type)) {
        const body = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value)! : node;
        this.#collect(type, body.selectionSet.selections, into);
      }
    }
  }

  #conditionOf(node: Exclude<SelectionNode, FieldNode>): GraphQLCompositeType | null {
    const body = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value)! : node;
    return body.typeCondition ? this.#type(body.typeCondition.name.value) : null;
  }

  #applies(condition: GraphQLCompositeType, type: GraphQLObjectType): boolean {
    return condition === type || (isAbstractType(condition) && this.#schema.isSubType(condition, type));
  }

  #output(type: GraphQLOutputType, selections: Selections): string {
    if (!isNonNullType(type)) return `${this.#nonNull(type, selections)} | null`;
    return this.#nonNull(type.ofType, selections);
  }

  #nonNull(type: GraphQLOutputType, selections: Selections): string {
    if (isListType(type)) return `readonly (${this.#output(type.ofType, selections)})[]`;
    const named = getNamedType(type);
    return isCompositeType(named) ? this.#composite(named, selections) : this.#leaf(named as GraphQLInputType);
  }

  #inputField(name: string, type: GraphQLInputType, hasDefault = false): string {
    const printed = this.#input(type);
    if (!isNonNullType(type)) return `${name}?: ${printed} | null | undefined;`;
    return hasDefault ? `${name}?: ${printed} | undefined;` : `${name}: ${printed};`;
  }

  #input(type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.#input(type.ofType as GraphQLInputType);
    return isListType(type) ? `readonly ${this.#input(type.ofType as GraphQLInputType)}[]` : this.#leaf(type);
  }

  #inputObject(type: GraphQLInputObjectType): string {
    const fields = Object.values(type.getFields()).map(({ name, type: fieldType, defaultValue }) =>
      this.#inputField(name, fieldType, defaultValue !== undefined),
    );
    return `{ ${fields.join(' ')} }`;
  }

  #leaf(type: GraphQLInputType): string {
    const named = getNamedType(type);
    if (isEnumType(named) || isInputObjectType(named)) {
      this.#named.set(named.name, named);
      return named.name;
    }
    if (named.name === 'Boolean') return 'boolean';
    return named.name === 'Int' || named.name === 'Float' ? 'number' : 'string';
  }
}

function enumValues(type: GraphQLEnumType): string {
  return type
    .getValues()
    .map(({ name }) => `'${name}'`)
    .join(' | ');
}
