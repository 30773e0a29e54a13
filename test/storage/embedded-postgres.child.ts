// A Parley reduced to its database: starts it on the folder it is given, prints the outcome, and waits to be killed.
import { startEmbeddedPostgres } from '../../src/storage/embedded-postgres.ts';

try {
  const { url, isNew } = await startEmbeddedPostgres({ dataDir: process.argv[2]! });
  console.log(JSON.stringify({ url, isNew }));
} catch (error) {
  console.log(JSON.stringify({ error: (error as Error).message }));
  process.exit();
}
