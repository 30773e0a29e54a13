/** Nothing of what was asked for was done: it was not sent, or was rolled back for certain. */
export class NotDoneError extends Error {}

/** What a failure of the database says of the work that it ended. */
export type Failure =
  /** Nothing was done, and it may go well another time. */
  | 'NOT_DONE'
  /** Likewise: somebody else holds a row, or the server was too slow. */
  | 'TIMED_OUT'
  /** Likewise: it was rolled back for the sake of another transaction. */
  | 'CONFLICT'
  /** Likewise: another has the same already, perhaps since a moment ago. */
  | 'UNIQUE'
  /** The connection ended before the answer: if a commit was asked for, nobody knows what became of it. */
  | 'LOST';

const timedOut = ['55P03', '57014', '25P03', '25P04'];
// serialization_failure, deadlock_detected
const conflicts = ['40001', '40P01'];
/** read_only_sql_transaction; insufficient resources, such as a full disk or no connection left. */
const refusedForNow = /^(25006|53...)$/;
const uniqueViolations = ['23505', 'P2002'];
/** As Prisma names them: cannot reach the server, timed out, the connection was closed. */
const lostForPrisma = ['P1001', 'P1002', 'P1008', 'P1017'];
/** Of sockets and of TLS. */
const lostSocket =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOST(UNREACH|DOWN)|ENET|EPROTO|ENOTCONN|ESHUTDOWN|ERR_(STREAM|SOCKET|SSL|TLS)_)/;
/** node-postgres gives these no code. */
const lostText = /^Connection terminated|^Client .* is not queryable/;

interface DatabaseError {
  code?: string;
  message?: string;
  /** Of Prisma's own errors. */
  meta?: { driverAdapterError?: { cause?: AdapterCause } };
  /** Of the adapter's errors, which Prisma lets through when a commit fails. */
  cause?: AdapterCause;
}

interface AdapterCause {
  originalCode?: string;
  kind?: string;
}

/** What to throw where something that only reads has failed: one whose answer was lost has done nothing. */
export function failedRead(error: unknown): unknown {
  if (failureOf(error) !== 'LOST') return error;
  return new NotDoneError('The connection was lost before the answer', { cause: error });
}

/** What kind of failure it is; null for any that another attempt would meet too, such as a wrong statement. */
export function failureOf(error: unknown): Failure | null {
  if (error instanceof NotDoneError) return 'NOT_DONE';
  if (typeof error !== 'object' || error === null) return null;
  const { code = '', message = '', meta, cause } = error as DatabaseError;
  const { originalCode: state = code, kind = '' } = meta?.driverAdapterError?.cause ?? cause ?? {};
  if (timedOut.includes(state)) return 'TIMED_OUT';
  if (conflicts.includes(state)) return 'CONFLICT';
  if (refusedForNow.test(state)) return 'NOT_DONE';
  if (uniqueViolations.includes(state)) return 'UNIQUE';
  if (/^(08|57P)...?$/.test(state) || lostForPrisma.includes(code) || lostSocket.test(code)) return 'LOST';
  if (kind === 'SocketTimeout' || kind === 'ConnectionClosed' || lostText.test(message)) return 'LOST';
  // Prisma's transaction found no connection in time, or took too long and was rolled back.
  return code === 'P2028' ? 'NOT_DONE' : null;
}
