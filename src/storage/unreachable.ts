/** Returns an error that explains in one line why the database cannot be reached, and what to do. */
export function unreachable(error: NodeJS.ErrnoException): Error {
  // If a host name has several addresses (localhost), the error has a code and no message.
  const reason = error.message || error.code || 'no reason given';
  return new Error(`Cannot reach the database: ${withoutEndMark(reason)}. ${adviceFor(error)}`, { cause: error });
}

function withoutEndMark(sentence: string): string {
  let text = sentence.trimEnd();
  while (text.endsWith('.') || text.endsWith(':')) text = text.slice(0, -1).trimEnd();
  return text;
}

function adviceFor({ code = '', message }: NodeJS.ErrnoException): string {
  if (/^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_)/.test(code) && !(code in adviceByCode)) {
    return 'Let sslrootcert=FILE in DATABASE_URL name the certificate of its authority, or use sslmode=require alone, which checks none.';
  }
  // These errors of node-postgres have no code.
  if (message.includes('client password must be')) return 'Give DATABASE_URL a password.';
  if (message.includes('does not support SSL')) {
    return 'Add ?sslmode=disable to DATABASE_URL, or enable encryption on the server.';
  }
  return adviceByCode[code] ?? 'Check DATABASE_URL.';
}

const adviceByCode: Record<string, string> = {
  '28000': 'Check the user of DATABASE_URL and pg_hba.conf; if encryption is required, add ?sslmode=verify-full.',
  '28P01': 'Check user and password in DATABASE_URL.',
  '3D000': 'Create it, or correct the name in DATABASE_URL.',
  '42501': 'GRANT CONNECT ON DATABASE to the user of DATABASE_URL.',
  '53300': 'Close connections of other programs, or raise max_connections.',
  '57P03': 'Start Parley again when the database has started.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'Use a host name of the certificate in DATABASE_URL, or sslmode=verify-ca with sslrootcert=FILE, which checks no name.',
  CERT_HAS_EXPIRED: 'Renew the certificate of the database server.',
  CERT_NOT_YET_VALID: 'Check the clocks of this machine and of the database server.',
  '08P01': 'DATABASE_URL must name PostgreSQL itself: poolers such as PgBouncer refuse the settings of a connection.',
};
