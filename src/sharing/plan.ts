import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Weigh } from '../live/batch-size.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import { weigherOf, weightOf } from './weights.ts';

/** How the result of a subscription depends on who reads it, as its fields declare. */
export type Dependence = 'none' | 'author' | 'viewer';

/** What is the same for all subscribers of an operation. */
export interface Plan {
  /** A digest of the operation and its fragments, printed canonically, without the arguments that say what to follow. */
  readonly digest: string;
  /** The variables on which the result depends. */
  readonly variables: readonly string[];
  /** Becomes `viewer` if a shared execution finds an undeclared dependence. */
  dependence: Dependence;
  /** Returns about how many bytes an event of a room takes in a result. */
  readonly weigh: Weigh<RoomEvent>;
  /** The types of state values for which a shared execution found that the result depends on the viewer. */
  readonly personal: Set<string>;
}

/** Arguments of a root field that say what to follow, and from where; the result of an event does not depend on them. */
const followingArguments: ReadonlySet<string> = new Set(['after', 'roomIds']);

const plans = new WeakMap<DocumentNode, Map<string, Plan>>();

/** Returns the plan of an operation of a valid document. Plans are kept with their documents. */
export function planOf(schema: GraphQLSchema, document: DocumentNode, operationName: string | null | undefined): Plan {
  const name = operationName ?? '';
  const known = plans.get(document) ?? new Map<string, Plan>();
  plans.set(document, known);
  const plan = known.get(name) ?? makePlan(schema, document, operationName);
  known.set(name, plan);
  return plan;
}

function makePlan(schema: GraphQLSchema, document: DocumentNode, operationName: string | null | undefined): Plan {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('The document does not contain the operation');
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const body = withoutFollowing(schema, { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] });
  const used = variablesIn(body);
  const canonical = print(withVariables(body, used));
  return {
    digest: createHash('sha256').update(canonical).digest('base64url'),
    variables: [...used].sort(),
    dependence: dependenceOf(schema, body),
    weigh: weigherOf(weightOf(schema, operation, fragments)),
    personal: new Set(),
  };
}

/** Returns the document without the `followingArguments` of its root field. The field may be in a fragment. */
function withoutFollowing(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  const strip = (field: FieldNode) =>
    typeInfo.getParentType() === schema.getSubscriptionType() ? withoutFollowingArguments(field) : undefined;
  return visit(document, visitWithTypeInfo(typeInfo, { Field: strip }));
}

function withoutFollowingArguments(field: FieldNode): FieldNode {
  return { ...field, arguments: field.arguments?.filter(({ name }) => !followingArguments.has(name.value)) };
}

function variablesIn(document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return used;
}

/** Returns the document with the definitions of these variables alone: results depend on their types and defaults. */
function withVariables(document: DocumentNode, names: ReadonlySet<string>): DocumentNode {
  return visit(document, {
    VariableDefinition: ({ variable }) => (names.has(variable.name.value) ? false : null),
  });
}

function dependenceOf(schema: GraphQLSchema, document: DocumentNode): Dependence {
  const typeInfo = new TypeInfo(schema);
  const found = new Set<unknown>();
  const note = () => void found.add(typeInfo.getFieldDef()?.extensions.dependsOn);
  visit(document, visitWithTypeInfo(typeInfo, { Field: note }));
  if (found.has('viewer')) return 'viewer';
  return found.has('author') ? 'author' : 'none';
}
