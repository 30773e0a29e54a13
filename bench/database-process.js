// Keeps a database running until standard input ends or a signal arrives; see `startDatabase`.
import { dirname, join } from 'node:path';

const [parley, dataDir] = process.argv.slice(2);
const source = dirname(parley);
const { startEmbeddedPostgres } = await import(join(source, 'storage/embedded/start.js'));
const { migrate } = await import(join(source, 'storage/migrate.js'));

const database = await startEmbeddedPostgres({ dataDir });
await migrate(database.url, join(source, '../../prisma/migrations'));
console.log(`database ${database.url}`);

const stop = () => database.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.stdin.resume().once('end', stop);
