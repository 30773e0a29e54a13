import { BuiltFiles } from './built-files.ts';
import type { StaticFile } from './static-files.ts';

/** The files of GraphiQL that tools/graphiql-files.js created, by their usual names, such as `graphiql.js`. */
export type GraphiQLFiles = Record<string, { name: string; file: StaticFile }>;

/** Returns GraphiQL's files. Throws if they were not built. */
export function graphiqlFiles(): GraphiQLFiles {
  const built = new BuiltFiles('graphiql');
  const { files } = built.manifest<{ files: Record<string, string> }>();
  return Object.fromEntries(Object.entries(files).map(([plain, name]) => [plain, { name, file: built.file(name) }]));
}
