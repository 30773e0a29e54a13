import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { rateLimited } from '../../base/errors.ts';
import type { ProviderConfig } from '../../config.ts';
import { fetchJson } from './fetch-json.ts';

/** A set of keys has a few kilobytes, a discovery document about five. */
const maxBytes = 256 * 1024;

/** Times in milliseconds. */
const usualTimes = {
  /** A provider answers in well under a second. */
  deadlineMs: 5000,
  /** The shortest time between two reads of the keys. */
  apartMs: 10_000,
  /** The same while no keys are known: nobody can sign in before that. */
  apartWithoutKeysMs: 1000,
  /** Keys that are older are read again, so that a key which the provider has withdrawn is refused. */
  freshMs: 10 * 60_000,
};

interface KeysOptions {
  provider: Pick<ProviderConfig, 'issuer' | 'jwksUrl'>;
  /** Called when the keys cannot be read. */
  onFailure: (error: unknown) => void;
  times?: Partial<typeof usualTimes>;
}

/**
 * The public keys of an identity provider. They are read in the background, again if a token names an unknown key, and
 * kept while the provider is away.
 */
export class ProviderKeys {
  readonly #options: KeysOptions;
  readonly #times: typeof usualTimes;
  readonly #closing = new AbortController();
  #find: JWTVerifyGetKey | null = null;
  #reading: Promise<void> | null = null;
  #startedAt = Number.NEGATIVE_INFINITY;
  #readAt = Number.NEGATIVE_INFINITY;

  /** Starts to read the keys, and does not wait for them: the server starts although the provider is away. */
  constructor(options: KeysOptions) {
    this.#options = options;
    this.#times = { ...usualTimes, ...options.times };
    void this.#read();
  }

  /** Returns the key of a token. Throws an error of jose if there is none, and RATE_LIMITED if no keys are known yet. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (this.#find && performance.now() - this.#readAt > this.#times.freshMs) void this.#read();
    if (!this.#find) await this.#read();
    try {
      return await this.#known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await this.#read();
    return this.#known(header, token);
  };

  close(): void {
    this.#closing.abort();
  }

  #known: JWTVerifyGetKey = (header, token) => {
    if (this.#find) return this.#find(header, token);
    throw rateLimited('The keys of the identity provider cannot be read at the moment.');
  };

  /** Reads the keys unless that was done a moment ago. Resolves when a running read is done; never rejects. */
  #read(): Promise<void> {
    const { apartMs, apartWithoutKeysMs } = this.#times;
    const wait = this.#find ? apartMs : apartWithoutKeysMs;
    if (!this.#reading && performance.now() - this.#startedAt < wait) return Promise.resolve();
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readNow(): Promise<void> {
    this.#startedAt = performance.now();
    try {
      this.#find = createLocalJWKSet((await this.#fetch(await this.#address())) as JSONWebKeySet);
      this.#readAt = performance.now();
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#options.onFailure(error);
    }
  }

  async #address(): Promise<string> {
    const { issuer, jwksUrl } = this.#options.provider;
    return jwksUrl ?? keysAddress(await this.#fetch(discoveryUrl(issuer ?? '')), issuer ?? '');
  }

  #fetch(url: string): Promise<unknown> {
    return fetchJson(url, { deadlineMs: this.#times.deadlineMs, maxBytes, signal: this.#closing.signal });
  }
}

/** Returns where an issuer describes itself (OpenID Connect Discovery 1.0, section 4). */
function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** Returns the address of the keys in a discovery document. Throws if the document is of another issuer. */
function keysAddress(document: unknown, issuer: string): string {
  const { issuer: named, jwks_uri: address } = (document ?? {}) as Record<string, unknown>;
  if (named !== issuer) {
    throw new Error(`AUTH_ISSUER is ${issuer}, but the provider there calls itself ${JSON.stringify(named)}`);
  }
  const secure = issuer.startsWith('https:') ? /^https:\/\// : /^https?:\/\//;
  if (typeof address !== 'string' || !secure.test(address)) throw new Error(`${issuer} names no jwks_uri`);
  return address;
}
