import { type DocumentNode, type ExecutionArgs, getOperationAST, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

const known = new WeakMap<DocumentNode, boolean>();

/** Returns whether the operation is a query with a field that must be read at the same moment as all others. */
export function needsSnapshot({ schema, document, operationName }: ExecutionArgs): boolean {
  if (getOperationAST(document, operationName)?.operation !== 'query') return false;
  const needs = known.get(document) ?? selectsSnapshotField({ schema, document });
  known.set(document, needs);
  return needs;
}

function selectsSnapshotField({ schema, document }: Pick<ExecutionArgs, 'schema' | 'document'>): boolean {
  const typeInfo = new TypeInfo(schema);
  let isFound = false;
  const note = () => {
    if (typeInfo.getFieldDef()?.extensions.needsSnapshot) isFound = true;
  };
  visit(document, visitWithTypeInfo(typeInfo, { Field: note }));
  return isFound;
}
