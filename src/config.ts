import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { editDistance } from './base/edit-distance.ts';

// Other modes make libraries slower: graphql-js then checks of every value whether a second copy of graphql-js created it.
process.env.NODE_ENV ??= 'production';

/** The configuration from the environment. Only this file reads environment variables. */
export interface Config {
  port: number;
  host: string;
  /** An absolute path; contains the embedded database. */
  dataDir: string;
  /** Null: the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | null;
  /** The largest number of connections to PostgreSQL. */
  databasePool: number;
  /** Null: a single process without Redis. Several addresses, separated by commas: nodes of a Redis Cluster. */
  redisUrl: string | null;
  /** Null: generated at the first start and stored in the database. */
  jwtSecret: string | null;
  /** The identity provider whose tokens are accepted; null: none. */
  provider: ProviderConfig | null;
  guestsAllowed: boolean;
  /** Whether administrators and API keys may read private rooms of others; each read is logged. */
  adminReadsPrivate: boolean;
  /** Exact origins, or `*` for any. */
  corsOrigins: '*' | string[];
  /** Whether clients may ask for faults on their connections: for tests of clients, never in production. */
  chaos: boolean;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/** An identity provider. It has an issuer, the address of its keys, or both. */
export interface ProviderConfig {
  /** The only accepted `iss`. Null: the keys alone decide. */
  issuer: string | null;
  /** Null: OpenID Connect discovery at the issuer finds it. */
  jwksUrl: string | null;
  /** A token must be for one of these. */
  audiences: string[];
}

/** Returns a schema for one of these words, in upper or lower case. */
function oneOf<const Words extends readonly [string, ...string[]]>(words: Words, error: string) {
  return z.string().trim().toLowerCase().pipe(z.enum(words, { error }));
}

const flag = oneOf(['true', 'false'], 'expected true or false').transform((word) => word === 'true');

const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'expected postgresql://user:password@host:port/name' });
const redisUrl = z
  .string()
  .refine((text) => text.split(',').every((url) => oneRedisUrl.safeParse(url.trim()).success), {
    error: 'expected redis://host:port or rediss://host:port, or several of a cluster, separated by commas',
  });
const oneRedisUrl = z.url({ protocol: /^rediss?$/ });

/** An issuer by the rules of OpenID Connect, except that http is possible. */
const webAddress = z
  .url({ protocol: /^https?$/, error: 'expected an https URL' })
  .regex(/^[^\s|?#@]+$/, 'expected an https URL without a query, a fragment or a user');
const audiences = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim()))
  .refine((entries) => entries.every((entry) => entry !== ''), {
    error: 'expected an audience, or several separated by commas',
  });

const corsOrigins = z.string().transform((text, context): '*' | string[] => {
  if (text.trim() === '*') return '*';
  const entries = text.split(',').map((entry) => entry.trim());
  const origins = entries.map(originOf);
  const bad = entries.find((_entry, index) => origins[index] === null);
  if (bad !== undefined) {
    const wanted = 'expected scheme://host or scheme://host:port, several separated by commas, or * alone';
    context.addIssue(`${JSON.stringify(bad)} is not an origin; ${wanted}`);
  }
  return origins.filter((origin) => origin !== null);
});

/** Returns the origin as browsers write it, without the default port of its scheme; null if the text is no origin. */
function originOf(text: string): string | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*\\]+$/i.test(text)) return null;
  try {
    const { origin } = new URL(text);
    // Apps in a web view have schemes of their own, for which the parser returns no origin.
    return origin === 'null' ? text.toLowerCase() : origin;
  } catch {
    return null;
  }
}

const variables = z.object({
  PORT: z.coerce
    .number({ error: 'expected a port number' })
    .int()
    .min(0, 'expected 0 to 65535')
    .max(65_535, 'expected 0 to 65535')
    .default(4000),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_POOL: z.coerce
    .number({ error: 'expected a number of connections' })
    .int('expected a whole number')
    .min(4, 'expected at least 4')
    .max(1000, 'expected at most 1000')
    .default(10),
  REDIS_URL: redisUrl.optional(),
  AUTH_JWT_SECRET: z.string().min(32, 'expected at least 32 characters').optional(),
  AUTH_ISSUER: webAddress.optional(),
  AUTH_JWKS_URL: webAddress.optional(),
  AUTH_AUDIENCE: audiences.optional(),
  AUTH_GUESTS: flag.optional(),
  ADMIN_READS_PRIVATE: flag.default(false),
  CORS_ORIGINS: corsOrigins.default('*'),
  CHAOS: oneOf(['on', 'off'], 'expected on or off')
    .transform((word) => word === 'on')
    .default(false),
  LOG_LEVEL: oneOf(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'expected fatal, error, warn, info, debug, trace or silent',
  ).default('info'),
});

/** Prefixes that only our variables have. Hosting platforms set variables such as `DATABASE_HOST` and `REDIS_PORT`. */
const ownPrefixes = ['ADMIN_READS_', 'AUTH_', 'CORS_'];

/** Returns a line for each variable whose name looks like a misspelled one of ours; such a variable has no effect. */
export function misspelledVariables(environment: NodeJS.ProcessEnv = process.env): string[] {
  const unknown = Object.keys(environment).filter((name) => environment[name] && !Object.hasOwn(variables.shape, name));
  return unknown.flatMap((name) => {
    const meant = Object.keys(variables.shape).find((option) => isLike(option, name.toUpperCase()));
    if (meant) return [`${name} is not an option and has no effect; did you mean ${meant}?`];
    const isOurs = ownPrefixes.some((prefix) => name.startsWith(prefix));
    return isOurs ? [`${name} is not an option and has no effect; README lists all options`] : [];
  });
}

/** Returns whether a name is an option with one or two mistakes; only one in a short name, because `HOME` is not `HOST`. */
function isLike(option: string, name: string): boolean {
  return editDistance(option, name) <= (option.length > 6 ? 2 : 1);
}

/** A variable has an invalid value. The message is one line that names the variable. */
export class ConfigError extends Error {}

/** Returns the checked configuration. An empty value counts as absent. Throws ConfigError. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(present);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue?.path.join('.')} is invalid: ${issue?.message}`);
  }
  const values = parsed.data;
  const provider = providerOf(values);
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    dataDir: isAbsolute(values.DATA_DIR) ? values.DATA_DIR : resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL ?? null,
    databasePool: values.DATABASE_POOL,
    redisUrl: values.REDIS_URL ?? null,
    jwtSecret: values.AUTH_JWT_SECRET ?? null,
    provider,
    guestsAllowed: values.AUTH_GUESTS ?? provider === null,
    adminReadsPrivate: values.ADMIN_READS_PRIVATE,
    corsOrigins: values.CORS_ORIGINS,
    chaos: values.CHAOS,
    logLevel: values.LOG_LEVEL,
  });
}

type ProviderVariables = Pick<z.infer<typeof variables>, 'AUTH_ISSUER' | 'AUTH_JWKS_URL' | 'AUTH_AUDIENCE'>;

/** Throws ConfigError also for an audience alone: the operator expects that tokens are checked against it. */
function providerOf({ AUTH_ISSUER, AUTH_JWKS_URL, AUTH_AUDIENCE }: ProviderVariables): ProviderConfig | null {
  const source = AUTH_ISSUER ? 'AUTH_ISSUER' : AUTH_JWKS_URL ? 'AUTH_JWKS_URL' : null;
  if (source === null && AUTH_AUDIENCE) {
    throw new ConfigError('AUTH_AUDIENCE is invalid: it needs AUTH_ISSUER or AUTH_JWKS_URL');
  }
  if (source === null) return null;
  if (!AUTH_AUDIENCE) {
    const why = 'without it, tokens that the provider issued for other applications would be accepted';
    throw new ConfigError(`AUTH_AUDIENCE is missing: ${source} needs it; ${why}`);
  }
  return { issuer: AUTH_ISSUER ?? null, jwksUrl: AUTH_JWKS_URL ?? null, audiences: AUTH_AUDIENCE };
}
