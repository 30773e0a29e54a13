import { join } from 'node:path';
import { startServer } from '../../server-process.js';

/** @type {(options: import('../contestants.js').StartOptions) => Promise<import('../contestants.js').Target>} */
export async function startApolloPrisma({ core, parley, databaseUrl }) {
  const args = [join(import.meta.dirname, 'apollo-prisma-server.js'), parley, databaseUrl];
  const { pid, match, stop } = await startServer({ args, core, ready: /^ready (\d+)$/m });
  return {
    pid,
    port: Number(match[1]),
    path: '/graphql',
    idOf: (_type, id) => id,
    tokenOf: ({ userId }) => userId,
    connectionParams: ({ userId }) => ({ userId }),
    stop,
  };
}
