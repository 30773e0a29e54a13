import { createParley, type Document, ParleyError } from 'parley-client';
import { CreateGuestSessionDocument, RenewSessionDocument } from '../documents.ts';
import { keep, kept } from './keep.ts';

/** Sign-ins that the server has not answered yet, by the names under which their tokens will be kept. */
const pending = new Map<string, Promise<void>>();

interface GuestOptions {
  /** The address of the server's API. */
  url: string;
  /** Before the names under which this browser keeps what it knows. */
  prefix: string;
}

/** The user of this browser at a server, as a guest or by a token that was entered. */
export class Guest {
  readonly url: string;
  readonly #prefix: string;

  constructor({ url, prefix }: GuestOptions) {
    this.url = url;
    this.#prefix = prefix;
  }

  get token(): string | null {
    return kept(`${this.#prefix}token`);
  }

  set token(token: string | null) {
    keep(`${this.#prefix}token`, token);
  }

  /** The name of this browser as a device. It stays the same, so that the user has one session here. */
  get deviceId(): string {
    const key = `${this.#prefix}device`;
    const known = kept(key);
    if (known) return known;
    const made = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    keep(key, made);
    return made;
  }

  /** Signs in: once, whoever asks meanwhile. Throws if the server refuses the name. */
  async signIn(displayName: string, language: string): Promise<void> {
    const asked = pending.get(this.#prefix) ?? this.#create(displayName, language);
    pending.set(this.#prefix, asked);
    await asked.finally(() => pending.delete(this.#prefix));
  }

  async #create(displayName: string, language: string): Promise<void> {
    const input = { displayName, language, deviceId: this.deviceId };
    const { accessToken, userErrors } = (await this.ask(CreateGuestSessionDocument, { input })).createGuestSession;
    if (accessToken === null) throw new ParleyError(userErrors[0] ?? { code: 'INTERNAL' });
    this.token = accessToken;
  }

  /**
   * Returns a token with a new lifetime in place of this one; null if the server makes none, as for tokens of other issuers.
   * Keeps it, unless another one was kept meanwhile.
   */
  async renewed(token: string): Promise<string | null> {
    try {
      const next = (await this.ask(RenewSessionDocument, {}, token)).renewSession.accessToken;
      if (next !== null && this.token === token) this.token = next;
      return next;
    } catch {
      return null;
    }
  }

  /** Executes one operation without a client that stays. */
  async ask<D, V>(document: Document<D, V>, variables: V, token: string | null = null): Promise<D> {
    const parley = createParley({ url: this.url, token });
    try {
      return await parley.request(document, variables);
    } finally {
      parley.dispose();
    }
  }
}
