/**
 * Time limits, in ms. PostgreSQL ends a statement that waits for a lock (`lockMs`) or works for too long (`statementMs`)
 * and answers with an error; if PostgreSQL does not even answer (`answerMs`), the connection is closed.
 */
export const lockMs = 500;
export const statementMs = 3000;
export const answerMs = 4000;

/** How long a connection may take to open and, after it was asked to end, to close. */
export const connectMs = 3000;
export const endMs = 1000;

/** A connection keeps its plans. If one is bad, because the tables have changed since, it lasts no longer than this. */
export const lifetimeSeconds = 300;

/** How long a query waits for a free connection of the pool for hot statements, and of Prisma's. */
export const acquireMs = 5000;
export const acquireForPrismaMs = 10_000;

/** How long a transaction of Prisma may take, and how long a connection may do nothing within a transaction. */
export const transactionMs = 15_000;
export const idleInTransactionMs = 10_000;

/** How long work that finds a row locked by another transaction is retried. */
export const lockRetryMs = 2000;

/** At start: how long the database may take to answer, how long to wait for another node, and for a migration. */
export const startAnswerMs = 5000;
export const otherNodeMs = 30_000;
export const migrationMs = 3_600_000;
