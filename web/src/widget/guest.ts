import { createParley, type Document, ParleyError } from 'parley-client';
import { keep, kept } from '../app/keep.ts';
import { CreateGuestSessionDocument, LimitsDocument, type LimitsQuery, RenewSessionDocument } from '../documents.ts';

/** The guest of this browser at a server. The storage is that of the host page. */
export class Guest {
  readonly #server: string;
  readonly #language: () => string;

  constructor(server: string, language: () => string) {
    this.#server = server;
    this.#language = language;
  }

  get token(): string | null {
    return kept(this.#key('token'));
  }

  get url(): string {
    return `${this.#server}/graphql`;
  }

  /** The name of this browser as a device. It stays the same, so that the user has one session here. */
  get deviceId(): string {
    const known = kept(this.#key('device'));
    if (known) return known;
    const made = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    keep(this.#key('device'), made);
    return made;
  }

  /** Signs in. Throws if the server refuses the name. */
  async signIn(displayName: string): Promise<void> {
    const input = { displayName, language: this.#language(), deviceId: this.deviceId };
    const { accessToken, userErrors } = (await this.#ask(CreateGuestSessionDocument, { input })).createGuestSession;
    if (accessToken === null) throw new ParleyError(userErrors[0] ?? { code: 'INTERNAL' });
    keep(this.#key('token'), accessToken);
  }

  forget(): void {
    keep(this.#key('token'), null);
  }

  /** Returns a token with a new lifetime in place of this one; null if the server makes none. */
  async renewed(token: string): Promise<string | null> {
    try {
      const next = (await this.#ask(RenewSessionDocument, {}, token)).renewSession.accessToken;
      if (next !== null && this.token === token) keep(this.#key('token'), next);
      return next;
    } catch {
      return null;
    }
  }

  async limits(): Promise<LimitsQuery['server']> {
    return (await this.#ask(LimitsDocument, {})).server;
  }

  #key(name: string): string {
    return `widget:${this.#server}:${name}`;
  }

  /** Executes one operation without a client that stays. */
  async #ask<D, V>(document: Document<D, V>, variables: V, token: string | null = null): Promise<D> {
    const parley = createParley({ url: this.url, token });
    try {
      return await parley.request(document, variables);
    } finally {
      parley.dispose();
    }
  }
}
