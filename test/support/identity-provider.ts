import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { ProviderConfig } from '../../src/config.ts';

/** What the provider answers instead of its documents. */
export type Mood = 'well' | 'away' | 'silent' | 'huge' | 'elsewhere' | 'no JSON';

interface Key {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  public: JWK;
}

export const audience = 'parley';

/** An identity provider as Keycloak is one: OpenID Connect discovery and keys, over HTTP. */
export class IdentityProvider {
  readonly #http: Server;
  #keys: Key[] = [];
  #kids = 0;
  mood: Mood = 'well';
  /** What the discovery document changes of the usual. */
  document: Record<string, unknown> = {};
  /** Paths of the requests so far. */
  asked: string[] = [];

  private constructor() {
    this.#http = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      if (request.method === 'POST') void this.#signIn(response);
      else this.#answer(request.url ?? '', response);
    });
  }

  static async start(...algorithms: string[]): Promise<IdentityProvider> {
    const provider = new IdentityProvider();
    await once(provider.#http.listen(0, '127.0.0.1'), 'listening');
    await provider.rotate(...algorithms);
    return provider;
  }

  /** As Keycloak names the issuer: with a path. */
  get issuer(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/realms/chat`;
  }

  get jwksUrl(): string {
    return `${this.issuer}/certs`;
  }

  /** The configuration of a server that trusts this provider. */
  get config(): ProviderConfig {
    return { issuer: this.issuer, jwksUrl: null, audiences: [audience] };
  }

  /** How often the keys were read. */
  get reads(): number {
    return this.asked.filter((path) => path.endsWith('/certs')).length;
  }

  /** Replaces all keys by new ones, of RS256 unless others are given. */
  async rotate(...algorithms: string[]): Promise<void> {
    this.#keys = await Promise.all((algorithms.length ? algorithms : ['RS256']).map((alg) => this.#newKey(alg)));
  }

  async #newKey(alg: string): Promise<Key> {
    const kid = `key-${++this.#kids}`;
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    return { kid, alg, privateKey, public: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
  }

  /** The public key that signs RS256, as everybody can read it. */
  get publicKeys(): JWK[] {
    return this.#keys.map((key) => key.public);
  }

  /** Issues a token. Claims replace the usual ones; undefined removes one. */
  async token(claims: JWTPayload = {}, header: { alg?: string; kid?: string } = {}): Promise<string> {
    const key = this.#keys.find(({ alg }) => alg === (header.alg ?? alg));
    if (!key) throw new Error(`The provider has no key for ${header.alg}`);
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: this.issuer, aud: audience, sub: 'ada', iat: now, exp: now + 300 };
    const { alg, kid } = { alg: key.alg, kid: key.kid, ...header };
    return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg, kid }).sign(key.privateKey);
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** Accepts every name and password. */
  async #signIn(response: ServerResponse): Promise<void> {
    const access_token = await this.token({ name: 'Ada Lovelace', preferred_username: 'ada', sid: 'browser' });
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ access_token, token_type: 'Bearer' }));
  }

  #answer(path: string, response: ServerResponse): void {
    if (this.mood === 'away') return void response.socket?.destroy();
    if (this.mood === 'silent') return;
    if (this.mood === 'elsewhere') return void response.writeHead(302, { location: this.jwksUrl }).end();
    if (this.mood === 'no JSON') return void response.end('<html>');
    if (this.mood === 'huge') return void response.end(`{"keys":[],"x":"${'x'.repeat(1_000_000)}"}`);
    const documents: Record<string, object> = {
      '/realms/chat/.well-known/openid-configuration': {
        issuer: this.issuer,
        jwks_uri: this.jwksUrl,
        token_endpoint: `${this.issuer}/token`,
        ...this.document,
      },
      '/realms/chat/certs': { keys: this.publicKeys },
    };
    const document = documents[path];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  }
}
