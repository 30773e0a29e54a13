import type { Row, Storage } from '../api.ts';

/** Keeps rows as long as the process lives. */
export function memoryStorage(): Storage {
  const scopes = new Map<string, Map<string, Row>>();
  const rowsOf = (scope: string) => {
    const rows = scopes.get(scope) ?? new Map<string, Row>();
    scopes.set(scope, rows);
    return rows;
  };
  return {
    load: async (scope) => [...rowsOf(scope).values()],
    put: async (scope, row) => void rowsOf(scope).set(row.id, row),
    delete: async (scope, id) => void rowsOf(scope).delete(id),
    clear: async (scope) => void scopes.delete(scope),
  };
}
