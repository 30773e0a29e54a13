import { type ConnectionOptions, parse } from 'pg-connection-string';

/** The modes of libpq. */
const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Returns the parameters of a URL. If a name occurs more than once, the last value counts. */
export function parametersOf(url: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(splitAtQuery(url)[1]));
}

/**
 * Reads a URL of PostgreSQL. Encryption works as in libpq, but never falls back to an unencrypted connection: `allow` and
 * `prefer` work like `require`. Throws for an unknown mode, and for files that cannot be read.
 */
export function readPostgresUrl(url: string): ConnectionOptions {
  // The parser follows libpq only with the option `useLibpqCompat`, and refuses that option if the URL has this
  // parameter.
  const { uselibpqcompat: _, ...given } = parametersOf(url);
  const parameters = new URLSearchParams(withEncryption(given));
  const read = parse(`${splitAtQuery(url)[0]}?${parameters}`, { useLibpqCompat: true });
  return read.host?.startsWith('/') ? { ...read, ssl: false } : read;
}

function withEncryption({ sslmode, sslrootcert, ...others }: Record<string, string>): Record<string, string> {
  if (sslmode && !modes.includes(sslmode)) throw new Error(`sslmode=${sslmode} is none of ${modes.join(', ')}`);
  if (sslrootcert === 'system') {
    if (sslmode && sslmode !== 'verify-full') throw new Error('sslrootcert=system needs sslmode=verify-full');
    return { ...others, sslmode: 'verify-full' };
  }
  if (sslmode === 'verify-ca' && !sslrootcert) throw new Error('sslmode=verify-ca needs sslrootcert=FILE');
  return {
    ...others,
    ...(sslmode && { sslmode: sslmode === 'allow' ? 'prefer' : sslmode }),
    ...(sslrootcert && { sslrootcert }),
  };
}

function splitAtQuery(url: string): [address: string, query: string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}
