// Starts an embedded PostgreSQL on the folder in its argument, prints the outcome, and runs until it is killed.
import { startEmbeddedPostgres } from '../../../src/storage/embedded/start.ts';

try {
  const { url, isNew } = await startEmbeddedPostgres({ dataDir: process.argv[2]! });
  console.log(JSON.stringify({ url, isNew }));
} catch (error) {
  console.log(JSON.stringify({ error: (error as Error).message }));
  process.exit();
}
