/** Nothing was changed: the statement was not sent, or it was certainly rolled back. */
export class NotDoneError extends Error {}

/** What a failure of the database means for the work that it ended. */
export type Failure =
  /** Nothing was changed, and another attempt may succeed. */
  | 'NOT_DONE'
  /** The same, because another transaction holds a row, or the server was too slow. */
  | 'TIMED_OUT'
  /** The same, because PostgreSQL preferred another transaction. */
  | 'CONFLICT'
  /** The same, because a row with this key exists. Another transaction may have just created it. */
  | 'UNIQUE'
  /** The connection ended before the answer. If a commit was requested, its outcome is unknown. */
  | 'LOST';

const timedOut = ['55P03', '57014', '25P03', '25P04'];
// serialization_failure, deadlock_detected
const conflicts = ['40001', '40P01'];
/** read_only_sql_transaction; insufficient resources, such as a full disk or no connection left. */
const refusedForNow = /^(25006|53...)$/;
const uniqueViolations = ['23505', 'P2002'];
/** Prisma's codes: cannot reach the server, timed out, connection closed. */
const lostForPrisma = ['P1001', 'P1002', 'P1008', 'P1017'];
/** Codes of sockets and of TLS. */
const lostSocket =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOST(UNREACH|DOWN)|ENET|EPROTO|ENOTCONN|ESHUTDOWN|ERR_(STREAM|SOCKET|SSL|TLS)_)/;
/** Errors of node-postgres without a code. */
const lostText = /^Connection terminated|^Client .* is not queryable/;

interface DatabaseError {
  code?: string;
  message?: string;
  /** Set by Prisma. */
  meta?: { driverAdapterError?: { cause?: AdapterCause } };
  /** Set by Prisma's adapter; Prisma passes its errors on when a commit fails. */
  cause?: AdapterCause;
}

interface AdapterCause {
  originalCode?: string;
  kind?: string;
}

/** Returns the error to throw after a failed read: NotDoneError if its connection was lost, as a read changes nothing. */
export function failedRead(error: unknown): unknown {
  if (failureOf(error) !== 'LOST') return error;
  return new NotDoneError('The connection was lost before the answer', { cause: error });
}

/** Returns the kind of a failure; null if another attempt would fail too, for example for a wrong statement. */
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
  // Prisma's transaction got no connection in time, or took too long and was rolled back.
  return code === 'P2028' ? 'NOT_DONE' : null;
}
