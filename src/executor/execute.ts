import {
  assertValidSchema,
  BREAK,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  visit,
} from 'graphql';
import { Execution } from './execution.ts';
import { DocumentPlan, type OperationPlan } from './plan.ts';

/**
 * A plan is dropped if it has more than this many times the fields of its document. Each use of a fragment plans its fields
 * again: a hostile document nests fragments, or has a hundred operations that use the same one.
 */
const plannedPerField = 2;

/** The plans of documents, dropped with them; null if graphql-js must execute a document. */
const plans = new WeakMap<DocumentNode, { schema: GraphQLSchema; plan: DocumentPlan | null }>();

/**
 * Executes an operation with the result of graphql-js's `execute`, in less time if its document is executed repeatedly:
 * fields are collected once for each document, and arguments are computed once for each execution, not once for each object.
 * The document must be valid for the schema, and resolvers must not change their arguments. Documents with `@skip` or
 * `@include`, and those whose plan is too large, are left to graphql-js.
 */
export function executePlanned(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
  const { rootValue, contextValue, options, hideSuggestions } = args;
  const plan = args.fieldResolver || args.typeResolver ? null : planOf(args);
  if (!plan) return execute(args) as ExecutionResult | Promise<ExecutionResult>;
  const { coerced, errors } = getVariableValues(
    plan.document.schema,
    plan.operation.variableDefinitions ?? [],
    args.variableValues ?? {},
    { maxErrors: options?.maxCoercionErrors ?? 50, hideSuggestions: hideSuggestions ?? false },
  );
  return errors ? { errors } : run(new Execution({ plan, rootValue, variableValues: coerced }, contextValue));
}

function run(execution: Execution): ExecutionResult | Promise<ExecutionResult> {
  const { errors } = execution;
  const result = (data: unknown) =>
    (errors.list.length > 0 ? { errors: errors.list, data } : { data }) as ExecutionResult;
  const failed = (error: unknown) => {
    errors.add(error as GraphQLError, undefined); // fields throw nothing else
    return result(null);
  };
  try {
    const data = execution.run();
    return data instanceof Promise ? data.then(result, failed) : result(data);
  } catch (error) {
    return failed(error);
  }
}

function planOf({ schema, document, operationName }: ExecutionArgs): OperationPlan | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  let known = plans.get(document);
  if (known?.schema !== schema) {
    known = { schema, plan: planDocument(schema, document) };
    plans.set(document, known);
  }
  return known.plan?.of(operation) ?? null;
}

function planDocument(schema: GraphQLSchema, document: DocumentNode): DocumentPlan | null {
  assertValidSchema(schema);
  const fields = unconditionalFields(document);
  if (fields === null) return null;
  const onExceeded = () => plans.set(document, { schema, plan: null });
  return new DocumentPlan(schema, document, { maxFields: plannedPerField * fields, onExceeded });
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
