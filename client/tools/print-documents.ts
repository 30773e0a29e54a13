import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  specifiedRules,
  stripIgnoredCharacters,
  validate,
  visit,
} from 'graphql';
import { TypePrinter } from './print-types.ts';

const head = (source: string) => `// Made by \`npm run codegen\` from ${source} and schema.graphql. Do not edit.

/** An operation with the types of its result and variables, in the form of GraphQL Code Generator's string mode. */
export interface TypedDocument<Data, Variables> {
  readonly query: string;
  readonly __apiType?: (variables: Variables) => Data;
  toString(): string;
}

function typed<Data, Variables>(...parts: string[]): TypedDocument<Data, Variables> {
  const query = parts.join('');
  return { query, toString: () => query };
}
`;

/** Returns the text of a `documents.ts`. Throws if an operation is not valid. */
export function printDocuments(schema: GraphQLSchema, source: { name: string; text: string }): string {
  const ast = parse(source.text);
  const unusedAllowed = specifiedRules.filter(({ name }) => name !== 'NoUnusedFragmentsRule');
  const errors = validate(schema, ast, unusedAllowed);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  const fragments = ast.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const operations = ast.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const types = new TypePrinter(schema, fragments);
  const bodies = [
    ...fragments.map((node) => printFragment(node, types)),
    ...operations.map((node) => printOperation(node, types, ast)),
  ];
  return [head(source.name), types.declarations(), ...bodies].join('\n');
}

function printFragment(node: FragmentDefinitionNode, types: TypePrinter): string {
  const { name } = node;
  return `export type ${name.value} = ${types.ofFragment(node)};\nconst ${constant(name.value)} = ${text(node)};\n`;
}

function printOperation(node: OperationDefinitionNode, types: TypePrinter, ast: DocumentNode): string {
  const name = node.name!.value;
  const suffix = node.operation.charAt(0).toUpperCase() + node.operation.slice(1);
  const result = `${name}${suffix}`;
  const parts = [text(node), ...fragmentsOf(node, ast).map(constant)];
  return `export type ${result} = ${types.ofOperation(node)};
export type ${result}Variables = ${types.ofVariables(node)};
export const ${name}Document = /* @__PURE__ */ typed<${result}, ${result}Variables>(
  ${parts.join(',\n  ')},
);
`;
}

const constant = (fragment: string) => `${fragment.charAt(0).toLowerCase()}${fragment.slice(1)}`;

const text = (node: FragmentDefinitionNode | OperationDefinitionNode) => `'${stripIgnoredCharacters(print(node))}'`;

function fragmentsOf(node: OperationDefinitionNode, ast: DocumentNode): string[] {
  const names = new Set<string>();
  const enter = (root: OperationDefinitionNode | FragmentDefinitionNode) =>
    visit(root, {
      FragmentSpread({ name }) {
        if (names.has(name.value)) return;
        names.add(name.value);
        const used = ast.definitions.find(
          (other) => other.kind === Kind.FRAGMENT_DEFINITION && other.name.value === name.value,
        );
        enter(used as FragmentDefinitionNode);
      },
    });
  enter(node);
  return [...names].sort();
}
