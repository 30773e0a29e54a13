import { isAbsolute, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Config, ConfigError, misspelledVariables, readConfig } from '../src/config.ts';

test('without variables, every option has a value that works', () => {
  expect(readConfig({})).toEqual({
    port: 4000,
    host: '127.0.0.1',
    dataDir: resolve('.data'),
    databaseUrl: null,
    databasePool: 10,
    redisUrl: null,
    jwtSecret: null,
    provider: null,
    guestsAllowed: true,
    adminReadsPrivate: false,
    corsOrigins: '*',
    chaos: false,
    logLevel: 'info',
  } satisfies Config);
});

const secret = 'x'.repeat(32);
const usable: [string, string, keyof Config, unknown][] = [
  ['PORT', '0', 'port', 0],
  ['PORT', '65535', 'port', 65_535],
  ['HOST', '::', 'host', '::'],
  ['DATABASE_POOL', '4', 'databasePool', 4],
  ['DATA_DIR', '/var/lib/parley', 'dataDir', '/var/lib/parley'],
  ['DATA_DIR', 'here', 'dataDir', resolve('here')],
  ['DATABASE_URL', 'postgres://a:b@db:5432/chat', 'databaseUrl', 'postgres://a:b@db:5432/chat'],
  ['DATABASE_URL', 'postgresql://db/chat?sslmode=require', 'databaseUrl', 'postgresql://db/chat?sslmode=require'],
  ['REDIS_URL', 'redis://cache:6379/1', 'redisUrl', 'redis://cache:6379/1'],
  ['REDIS_URL', 'rediss://cache', 'redisUrl', 'rediss://cache'],
  ['REDIS_URL', 'redis://a:1, redis://b:2', 'redisUrl', 'redis://a:1, redis://b:2'],
  ['AUTH_JWT_SECRET', secret, 'jwtSecret', secret],
  ['AUTH_GUESTS', 'false', 'guestsAllowed', false],
  ['AUTH_GUESTS', 'False', 'guestsAllowed', false],
  ['AUTH_GUESTS', 'TRUE', 'guestsAllowed', true],
  ['ADMIN_READS_PRIVATE', 'true', 'adminReadsPrivate', true],
  ['CORS_ORIGINS', 'https://a.example, https://b.example', 'corsOrigins', ['https://a.example', 'https://b.example']],
  ['CORS_ORIGINS', '*', 'corsOrigins', '*'],
  ['CORS_ORIGINS', 'HTTPS://Chat.Example:443,http://[::1]:80', 'corsOrigins', ['https://chat.example', 'http://[::1]']],
  ['CORS_ORIGINS', 'https://müller.example', 'corsOrigins', ['https://xn--mller-kva.example']],
  [
    'CORS_ORIGINS',
    'http://localhost:3000,capacitor://localhost',
    'corsOrigins',
    ['http://localhost:3000', 'capacitor://localhost'],
  ],
  ['CHAOS', 'ON', 'chaos', true],
  ['CHAOS', 'off', 'chaos', false],
  ['LOG_LEVEL', 'silent', 'logLevel', 'silent'],
  ['LOG_LEVEL', 'WARN', 'logLevel', 'warn'],
];

test.each(usable)('%s=%s', (variable, text, name, value) => {
  expect(readConfig({ [variable]: text })[name]).toEqual(value);
});

describe('an identity provider', () => {
  const issuer = 'https://login.example/realms/chat';
  const keys = 'https://login.example/keys';

  test.each([
    ['its issuer', { AUTH_ISSUER: issuer }, { issuer, jwksUrl: null }],
    ['its keys', { AUTH_JWKS_URL: keys }, { issuer: null, jwksUrl: keys }],
    ['both', { AUTH_ISSUER: issuer, AUTH_JWKS_URL: keys }, { issuer, jwksUrl: keys }],
  ])('is named by %s, needs an audience, and takes the place of guests', (_what, named, provider) => {
    const config = readConfig({ ...named, AUTH_AUDIENCE: 'web, app' });

    expect(config).toMatchObject({ provider: { ...provider, audiences: ['web', 'app'] }, guestsAllowed: false });
    expect(readConfig({ ...named, AUTH_AUDIENCE: 'web', AUTH_GUESTS: 'true' }).guestsAllowed).toBe(true);
    expect(() => readConfig(named)).toThrow(/^AUTH_AUDIENCE is missing: AUTH_\w+ needs it; [^\n]+$/);
  });

  test('an audience alone is refused: whoever sets it expects that it is checked', () => {
    expect(() => readConfig({ AUTH_AUDIENCE: 'web' })).toThrow(/^AUTH_AUDIENCE is invalid: [^\n]+$/);
  });
});

describe('an invalid value is refused in one line that names its variable', () => {
  test.each([
    ['CHAOS', 'true'],
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['DATABASE_POOL', '3'],
    ['DATABASE_POOL', '4.5'],
    ['DATABASE_URL', 'mysql://db/chat'],
    ['DATABASE_URL', 'db:5432'],
    ['REDIS_URL', 'http://cache'],
    ['REDIS_URL', 'redis://a:1,http://b:2'],
    ['REDIS_URL', 'redis://a:1,'],
    ['AUTH_JWT_SECRET', 'too short'],
    ['AUTH_ISSUER', 'login.example'],
    ['AUTH_ISSUER', 'ftp://login.example'],
    ['AUTH_ISSUER', 'https://login.example?realm=chat'],
    ['AUTH_ISSUER', 'https://me:secret@login.example'],
    ['AUTH_JWKS_URL', 'file:///etc/keys.json'],
    ['AUTH_AUDIENCE', 'web,'],
    ['AUTH_GUESTS', 'maybe'],
    ['AUTH_GUESTS', '0'],
    ['AUTH_GUESTS', 'yes'],
    ['AUTH_GUESTS', 'Off'],
    ['CORS_ORIGINS', 'https://a.example,*'],
    ['CORS_ORIGINS', 'https://a.example,'],
    ['CORS_ORIGINS', 'https://a.example/'],
    ['CORS_ORIGINS', 'https://a.example/chat'],
    ['CORS_ORIGINS', 'https://a.example?'],
    ['CORS_ORIGINS', 'https://me@a.example'],
    ['CORS_ORIGINS', 'https://*.example'],
    ['CORS_ORIGINS', 'https://a.example:port'],
    ['CORS_ORIGINS', 'https://a.example https://b.example'],
    ['CORS_ORIGINS', 'https://a\n.example'],
    ['CORS_ORIGINS', 'a.example'],
    ['CORS_ORIGINS', 'null'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s', (variable, text) => {
    const read = () => readConfig({ [variable]: text });

    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${variable} is invalid: [^\\n]+$`));
    expect(read).not.toThrow(secret);
  });
});

test.each(usable.map(([variable]) => variable))('an empty %s counts as absent', (variable) => {
  expect(readConfig({ [variable]: '' })).toEqual(readConfig({}));
});

test.each([
  ['AUTH_GUEST', 'did you mean AUTH_GUESTS?'],
  ['CORS_ORIGIN', 'did you mean CORS_ORIGINS?'],
  ['LOGLEVEL', 'did you mean LOG_LEVEL?'],
  ['REDIS_URI', 'did you mean REDIS_URL?'],
  ['Port', 'did you mean PORT?'],
  ['AUTH_JWKS_URI', 'did you mean AUTH_JWKS_URL?'],
  ['AUTH_SECRET', 'README lists all options'],
])('%s is reported: it looks like an option and has no effect', (name, advice) => {
  expect(misspelledVariables({ [name]: 'x', PORT: '80' })).toEqual([
    `${name} is not an option and has no effect; ${advice}`,
  ]);
});

test('options, empty variables and those of other programs are not reported', () => {
  const ofOthers = ['HOME', 'HOSTNAME', 'PATH', 'LOGNAME', 'LANG', 'SSH_AUTH_SOCK', 'REDIS_PORT', 'DATABASE_HOST'];
  const set = Object.fromEntries([...ofOthers, ...usable.map(([name]) => name)].map((name) => [name, 'x']));

  expect(misspelledVariables({ ...set, AUTH_GUEST: '' })).toEqual([]);
});

test('the configuration is frozen, and its paths are absolute', () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true);
  expect(isAbsolute(readConfig({ DATA_DIR: '.' }).dataDir)).toBe(true);
});
