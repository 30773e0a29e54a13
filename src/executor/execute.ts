import {
  assertValidSchema,
  BREAK,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { Execution } from './execution.ts';
import { OperationPlan } from './plan.ts';

/**
 * A plan is kept if it has at most so many fields for each field of the document: it has those of a fragment in each place
 * where the fragment is used, and a hostile document uses fragments in fragments.
 */
const plannedPerField = 4;

/** The plans of operations; null if graphql-js must execute one. Dropped with the document. */
const plans = new WeakMap<OperationDefinitionNode, { schema: GraphQLSchema; plan: OperationPlan | null }>();

/**
 * Executes an operation with the result of graphql-js's `execute`, in less time if its document is executed repeatedly:
 * what depends on the document alone is found out once, and what depends on the variables once for each execution instead
 * of once for each object. The document must be valid. Operations with `@skip` or `@include` are left to graphql-js.
 */
export function executePlanned(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
  const { rootValue, contextValue, options, hideSuggestions } = args;
  const plan = args.fieldResolver || args.typeResolver ? null : planOf(args);
  if (!plan) return execute(args) as ExecutionResult | Promise<ExecutionResult>;
  const { coerced, errors } = getVariableValues(
    plan.schema,
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
  const known = plans.get(operation);
  if (known?.schema === schema) return known.plan;
  const plan = makePlan(schema, document, operation);
  plans.set(operation, { schema, plan });
  return plan;
}

function makePlan(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
  assertValidSchema(schema);
  const rootType = schema.getRootType(operation.operation);
  const fields = unconditionalFields(document);
  if (!rootType || fields === null) return null;
  const fragments = Object.fromEntries(
    document.definitions.filter(isFragment).map((definition) => [definition.name.value, definition]),
  );
  return new OperationPlan({ schema, operation, fragments }, rootType, {
    most: plannedPerField * fields,
    onExceeded: () => plans.set(operation, { schema, plan: null }),
  });
}

function isFragment(definition: { kind: string }): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
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
