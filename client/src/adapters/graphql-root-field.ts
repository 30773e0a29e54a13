import type { DocumentNode, FieldNode, OperationDefinitionNode, ValueNode } from 'graphql';

type Fields = Readonly<Record<string, unknown>>;

export interface RootField {
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  /** Its name in results. */
  readonly key: string;
  readonly args: Fields;
}

/** Returns the field of an operation that has only one, in a document with only one operation. */
export function rootFieldOf({ definitions }: DocumentNode, variables: Fields = {}): RootField | null {
  const [operation, ...others] = definitions.filter((node) => node.kind === 'OperationDefinition');
  if (!operation || others.length > 0) return null;
  const [field, ...rest] = operation.selectionSet.selections;
  if (field?.kind !== 'Field' || rest.length > 0) return null;
  const args = Object.fromEntries(
    (field.arguments ?? []).map(({ name, value }) => [name.value, inputOf(value, variables)]),
  );
  return { operation, field, key: (field.alias ?? field.name).value, args };
}

function inputOf(node: ValueNode, variables: Fields): unknown {
  if (node.kind === 'Variable') return variables[node.name.value];
  if (node.kind === 'ObjectValue')
    return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, inputOf(value, variables)]));
  return 'value' in node ? node.value : null;
}

/** Returns the names of the variables that a part of a document uses. */
export function variablesIn(node: unknown, names = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return names;
  const { kind, name } = node as { kind?: unknown; name?: { value: string } };
  if (kind === 'Variable') names.add(name!.value);
  // `loc` leads to the whole text.
  else for (const [key, value] of Object.entries(node)) if (key !== 'loc') variablesIn(value, names);
  return names;
}
