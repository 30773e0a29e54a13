import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as utils from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { connectionTo } from '../src/storage/connection.ts';

// Prisma's schema engine as WebAssembly, which npm installs without a download of native programs. For development only.

/** Compares all tables and enums. */
export const everything = { externalTables: [], externalEnums: [] };

// Node's types lack WebAssembly. TypeScript's library "dom" has it, but would add all other types of browsers.
type Instance = { exports: { __wbindgen_start(): void } };
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { instantiate(code: Buffer, imports: object): Promise<{ instance: Instance }> };
};

/** Runs `use` with an engine on the database. Works once per process, because the package keeps its instance. */
export async function withEngine<T>(databaseUrl: string, use: (engine: glue.SchemaEngine) => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionTo(databaseUrl));
  await client.connect();
  try {
    return await use(await startEngine(adapterOf(client)));
  } finally {
    await client.end();
  }
}

/** Loads the .wasm file itself, because the package imports it as a module, which Node.js 20 does not support. */
async function startEngine(adapter: utils.SqlDriverAdapter): Promise<glue.SchemaEngine> {
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: console.error } });
  const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const code = await readFile(script.replace(/js$/, 'wasm'));
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': { ...glue } });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const connect = async () => adapter;
  const factory = {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    connect,
    connectToShadowDb: noShadow,
  };
  return glue.SchemaEngine.new({ datamodels: undefined }, () => {}, utils.bindMigrationAwareSqlAdapterFactory(factory));
}

async function noShadow(): Promise<never> {
  throw new Error('There is no shadow database. Compare with a live database.');
}

/** Adapts one connection to the engine. Prisma's own adapter does not support the type `"char"`, which the engine reads. */
function adapterOf(client: pg.Client): utils.SqlDriverAdapter {
  const query = (text: string, values: unknown[] = []) =>
    client.query<unknown[]>({ text, values, rowMode: 'array', types: { getTypeParser } }).catch(rethrow);
  return {
    provider: 'postgres',
    adapterName: 'parley',
    queryRaw: async ({ sql, args }) => asResultSet(await query(sql, args)),
    executeRaw: async ({ sql, args }) => (await query(sql, args)).rowCount ?? 0,
    executeScript: async (script) => void (await client.query(script).catch(rethrow)),
    startTransaction: () => Promise.reject(new Error('The engine is not expected to open transactions.')),
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: async () => {},
  };
}

function asResultSet({ fields, rows }: pg.QueryArrayResult<unknown[]>): utils.SqlResultSet {
  return {
    columnNames: fields.map((field) => field.name),
    columnTypes: fields.map((field) => columnTypes[field.dataTypeID] ?? utils.ColumnTypeEnum.Text),
    rows,
  };
}

// By the OID of the PostgreSQL type: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_type.dat
const type = utils.ColumnTypeEnum;
const columnTypes: Record<number, utils.ColumnType> = {
  16: type.Boolean,
  18: type.Character,
  20: type.Int64,
  21: type.Int32,
  23: type.Int32,
  26: type.Int64,
  701: type.Double,
  1002: type.CharacterArray,
  1003: type.TextArray,
  1005: type.Int32Array,
  1007: type.Int32Array,
  1009: type.TextArray,
  1015: type.TextArray,
  1016: type.Int64Array,
  1028: type.Int64Array,
  1184: type.DateTime,
};

/** The parsers of node-postgres, except for times, which the engine needs as text. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number) =>
  oid === 1184 ? (text: string) => text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00') : pg.types.getTypeParser(oid);

/** Wraps the error for the engine, which recognises a missing table by the code. */
function rethrow(error: pg.DatabaseError): never {
  const { code = 'N/A', severity = 'N/A', message, detail, column, hint } = error;
  throw new utils.DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
}
