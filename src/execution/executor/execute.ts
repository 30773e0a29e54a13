import {
  type ExecutionArgs,
  type ExecutionResult,
  execute as executeUncompiled,
  type GraphQLError,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import { CompiledDocuments } from './compiled-document.ts';
import { isPromise } from './completion.ts';
import { Run } from './run.ts';
import type { Selection } from './selection.ts';

type Executing = ExecutionResult | Promise<ExecutionResult>;

const compiledDocuments = new CompiledDocuments();

/**
 * Executes a valid operation, with the result of graphql-js's `execute`, in less time: what depends on the document alone
 * is computed once for the document, and not for each execution. The algorithm is that of graphql-js 16, including the
 * turns of the event loop that it takes, and so the order of errors.
 */
export function execute(args: ExecutionArgs): Executing {
  const { schema, document, operationName, variableValues, rootValue, contextValue } = args;
  const operation = getOperationAST(document, operationName);
  const type = operation && schema.getRootType(operation.operation);
  if (!type) return executeUncompiled(args);
  const variables = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, {
    maxErrors: 1,
  });
  // Nothing was executed yet: graphql-js reports the errors.
  if (variables.errors) return executeUncompiled(args);
  const executable = compiledDocuments.of(schema, document);
  const run = new Run(executable, { operation, variableValues: variables.coerced, rootValue, contextValue });
  return executeRun(run, () => executable.rootOf(run, type));
}

function executeRun(run: Run, rootOf: () => Selection): Executing {
  try {
    const root = rootOf();
    const isMutation = run.operation.operation === 'mutation';
    const data = isMutation ? root.executeSerially(run) : root.execute(run, run.rootValue, undefined);
    if (!isPromise(data)) return resultOf(run, data);
    return data.then(
      (resolved) => resultOf(run, resolved),
      (error) => failure(run, error),
    );
  } catch (error) {
    return failure(run, error);
  }
}

function failure(run: Run, error: unknown): ExecutionResult {
  run.addError(error as GraphQLError);
  return resultOf(run, null);
}

function resultOf({ errors }: Run, data: ExecutionResult['data']): ExecutionResult {
  return errors.length > 0 ? { errors, data } : { data };
}
