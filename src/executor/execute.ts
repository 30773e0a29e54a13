import {
  assertValidSchema,
  BREAK,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  visit,
} from 'graphql';
import type { Variables } from './collect-fields.ts';
import { Execution } from './execution.ts';
import { DocumentPlan } from './plan.ts';

/**
 * A plan is dropped if it has more than this many times the fields of its document. Each use of a fragment plans its fields
 * again: a hostile document nests fragments, or has a hundred operations that use the same one.
 */
const plannedPerField = 2;

/** The plans of documents, dropped with them; null if a document needs a new plan for each execution. */
const plans = new WeakMap<DocumentNode, { schema: GraphQLSchema; plan: DocumentPlan | null }>();

/**
 * Executes an operation with the result of graphql-js's `execute`, in less time if its document is executed repeatedly:
 * fields are collected once for each document, and arguments are computed once for each execution, not once for each object.
 * The document must be valid for the schema, and resolvers must not change their arguments. Documents with `@skip` or
 * `@include`, and those whose plan is too large to be kept, are planned for each execution.
 *
 * Unlike that of graphql-js, the promise resolves when no resolver is at work any more: after an error, others may go on for
 * a value that is null instead. If this was answered at once, the limits of a connection would not hold.
 */
export function executePlanned(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
  const { schema, document, rootValue, contextValue, options, hideSuggestions } = args;
  const operation = getOperationAST(document, args.operationName);
  if (!operation) return refusalOf(args);
  assertValidSchema(schema);
  const { coerced: variableValues, errors } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    args.variableValues ?? {},
    { maxErrors: options?.maxCoercionErrors ?? 50, hideSuggestions: hideSuggestions ?? false },
  );
  if (errors) return { errors };
  const plan = planOf(schema, document, variableValues).of(operation);
  return plan ? new Execution({ plan, rootValue, variableValues }, contextValue).result() : refusalOf(args);
}

/** Returns the error of graphql-js for an operation that is not in the document or the schema. It executes nothing. */
function refusalOf(args: ExecutionArgs): ExecutionResult {
  return execute(args) as ExecutionResult;
}

function planOf(schema: GraphQLSchema, document: DocumentNode, variables: Variables): DocumentPlan {
  let known = plans.get(document);
  if (known?.schema !== schema) {
    known = { schema, plan: planToKeep(schema, document) };
    plans.set(document, known);
  }
  return known.plan ?? new DocumentPlan(schema, document, { variables });
}

function planToKeep(schema: GraphQLSchema, document: DocumentNode): DocumentPlan | null {
  const fields = unconditionalFields(document);
  if (fields === null) return null;
  const onExceeded = () => plans.set(document, { schema, plan: null });
  return new DocumentPlan(schema, document, { limit: { maxFields: plannedPerField * fields, onExceeded } });
}

/** Returns the number of fields in a document; null if it has `@skip` or `@include`. */
function unconditionalFields(document: DocumentNode): number | null {
  let fields: number | null = 0;
  visit(document, {
    Field: () => {
      if (fields !== null) fields += 1;
    },
    Directive: ({ name }) => {
      if (name.value !== 'skip' && name.value !== 'include') return undefined;
      fields = null;
      return BREAK;
    },
  });
  return fields;
}
