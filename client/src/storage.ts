import type { Row, Storage } from './api.ts';

const store = 'rows';

/** Keeps rows in IndexedDB. `name`: that of the database. The texts of unsent messages are stored in the clear. */
export function indexedDbStorage(name: string): Storage {
  let opened: Promise<IDBDatabase> | null = null;
  const open = () => {
    opened ??= openDatabase(name, () => {
      opened = null;
    });
    return opened;
  };
  const run = async <T>(mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB refused the transaction.'));
    });
  };
  return {
    load: (scope) => run<Row[]>('readonly', (rows) => rows.getAll(inScope(scope))),
    put: async (scope, row) => void (await run('readwrite', (rows) => rows.put(row, [scope, row.id]))),
    delete: (scope, id) => run('readwrite', (rows) => rows.delete([scope, id])),
    clear: (scope) => run('readwrite', (rows) => rows.delete(inScope(scope))),
  };
}

/** All keys `[scope, id]`: an array is above every string. */
const inScope = (scope: string) => IDBKeyRange.bound([scope], [scope, []]);

/** `lost`: the database was closed, by the browser or for an upgrade; the next call opens it again. */
function openDatabase(name: string, lost: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    const fail = () => {
      lost();
      reject(request.error ?? new Error('IndexedDB is blocked.'));
    };
    request.onupgradeneeded = () => void request.result.createObjectStore(store);
    request.onerror = fail;
    request.onblocked = fail;
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = lost;
      database.onversionchange = () => {
        database.close();
        lost();
      };
      resolve(database);
    };
  });
}
