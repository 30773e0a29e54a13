import type { DocumentNode, FieldNode, OperationDefinitionNode } from 'graphql';
import { rootFieldOf, variablesIn } from './graphql-root-field.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface SendInput {
  readonly roomId: string;
  readonly text: string;
  readonly replyToId?: string | null;
  readonly clientMessageId?: string | null;
}

/** An app's own mutation that sends one message. */
export interface SendOperation {
  readonly input: SendInput;
  /** The same mutation, which takes its input from the variable `parleyInput` and also selects `parleyErrors`. */
  readonly document: DocumentNode;
  readonly variables: (input: object) => Fields;
}

/** What is added to the app's mutation: the outbox decides by the codes of the refusals. */
const addition = `mutation($parleyInput: SendMessageInput!) { sendMessage(input: $parleyInput) {
  parleyErrors: userErrors { __typename code message path ... on RateLimitedError { retryAfterMs } } } }`;

/** Returns the operation if all that it does is to send a message; otherwise null. */
export function readSend(
  document: DocumentNode,
  variables: Fields | undefined,
  parse: (text: string) => DocumentNode,
): SendOperation | null {
  const root = rootFieldOf(document, variables);
  if (root?.field.name.value !== 'sendMessage' || root.operation.operation !== 'mutation') return null;
  const added = parse(addition).definitions[0] as OperationDefinitionNode;
  const addedField = added.selectionSet.selections[0] as FieldNode;
  const selections = [...root.field.selectionSet!.selections, ...addedField.selectionSet!.selections];
  const field = {
    ...root.field,
    arguments: addedField.arguments!,
    selectionSet: { ...root.field.selectionSet!, selections },
  };
  const fragments = document.definitions.filter((node) => node !== root.operation);
  const used = variablesIn([field, fragments, root.operation.directives]);
  const declared = root.operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [];
  const operation = {
    ...root.operation,
    variableDefinitions: [...declared, ...added.variableDefinitions!],
    selectionSet: { ...root.operation.selectionSet, selections: [field] },
  };
  return {
    input: root.args.input as SendInput,
    document: { kind: document.kind, definitions: [operation, ...fragments] },
    variables: (input) => ({ ...variables, parleyInput: input }),
  };
}
