import { createParley, type Parley, type TokenReason } from 'parley-client';
import { indexedDbStorage } from 'parley-client/storage';
import { Guest } from '../app/guest.ts';
import { LimitsDocument, type LimitsQuery } from '../documents.ts';
import type { Tell } from './host-events.ts';
import type { Settings } from './settings.ts';

export interface EntranceOptions {
  settings: Settings;
  language: () => string;
  getToken: () => (() => Promise<string | null>) | null;
  tell: Tell;
  changed: () => void;
}

/** Those of this page. */
const entrances = new Set<Entrance>();

/** Signs the visitor in at one server: by the host page's tokens, or as a guest. */
export class Entrance {
  /** The client; null while nobody is signed in. */
  parley: Parley | null = null;
  userId: string | null = null;
  /** Counts the clients: what one of them has told and its user has written ends with it. */
  visit = 0;
  /** The last session is over, and there is no other token. */
  isOver = false;
  readonly guest: Guest;
  #limits: Promise<LimitsQuery['server']> | null = null;
  readonly #options: EntranceOptions;
  #given: string | null;
  /** The client has not got the given token yet. */
  #isGivenNew = true;
  #used: string | null = null;
  /** The client asked for a token when the host page had none. */
  #isGuest = false;

  constructor(options: EntranceOptions) {
    this.#options = options;
    this.#given = options.settings.token;
    const { server } = options.settings;
    // The storage is that of the host page.
    this.guest = new Guest({ url: `${server}/graphql`, prefix: `widget:${server}:` });
    entrances.add(this);
  }

  /** Whether the host page signs its users in. */
  get isHosted(): boolean {
    return this.#given !== null || this.isAsking;
  }

  /** Whether the host page can be asked for a token. */
  get isAsking(): boolean {
    return this.#options.getToken() !== null;
  }

  /** Opens the client if there is a token. */
  open(): void {
    if (this.parley || !(this.isHosted || this.guest.token)) return;
    const parley = createParley({
      url: this.guest.url,
      language: this.#options.language(),
      deviceId: this.guest.deviceId,
      token: (why) => this.#next(why),
      storage: indexedDbStorage('parley:widget'),
    });
    this.parley = parley;
    this.visit += 1;
    this.isOver = false;
    parley.session.subscribe(() => this.#sessionChanged(parley));
    parley.connect();
    this.#options.changed();
  }

  /** Goes on with another token of the host page, in the same place. */
  give(token: string | null): void {
    if (token === this.#given) return;
    this.#given = token;
    if (token === null) return;
    this.#isGivenNew = true;
    this.tryAgain();
  }

  /** Goes on with another `getToken` of the host page, if no token was valid, or in place of a guest. */
  turn(): void {
    if (this.isOver || this.#isGuest) this.tryAgain();
  }

  /** Asks for a token anew, in the same place. */
  tryAgain(): void {
    this.isOver = false;
    if (this.parley) {
      this.parley.disconnect();
      this.parley.connect();
    } else this.open();
    this.#options.changed();
  }

  /** Returns what the server allows. Asks once, and again after a failure. */
  limits(): Promise<LimitsQuery['server']> {
    this.#limits ??= this.#askLimits().catch((error) => {
      this.#limits = null;
      throw error;
    });
    return this.#limits;
  }

  /** Signs one guest in, in all widgets of this server. */
  async signInAsGuest(name: string): Promise<void> {
    if (!this.guest.token) await this.guest.signIn(name, this.#options.language());
    for (const entrance of entrances) if (entrance.guest.url === this.guest.url) entrance.open();
  }

  /** Signs the guest out, in all widgets of this server: each would learn it later by a refusal. */
  signOut(): void {
    for (const { guest, isHosted, parley } of entrances)
      if (guest.url === this.guest.url && !isHosted) void parley?.signOut();
  }

  close(): void {
    entrances.delete(this);
    this.#end();
  }

  #end(): void {
    const { parley } = this;
    this.parley = null;
    parley?.dispose();
  }

  async #askLimits(): Promise<LimitsQuery['server']> {
    return (await this.guest.ask(LimitsDocument, {})).server;
  }

  #sessionChanged(parley: Parley): void {
    const session = parley.session.get();
    if (parley !== this.parley) return;
    if (session.status === 'signed-out') this.#over(session.why);
    if (session.status === 'anonymous') this.#over('no-token'); // the host page had none from the start
    if (session.status !== 'signed-in' || session.userId === this.userId) return;
    const isOther = this.userId !== null;
    this.userId = session.userId;
    if (isOther) this.#reopen(); // what the client knows is what the former user saw
    this.#options.tell('parley-signin', { userId: session.userId });
    this.#options.changed();
  }

  #over(why: string): void {
    this.isOver = true;
    if (why !== 'signed-out')
      this.#options.tell('parley-error', { code: 'UNAUTHENTICATED', message: 'The token is not valid any more.' });
    this.#options.tell('parley-ended', { reason: 'signed-out' });
    if (this.isHosted) this.#options.changed();
    else this.#leave();
  }

  #leave(): void {
    this.guest.token = null;
    this.#end();
    this.userId = this.#used = null;
    this.#options.changed();
  }

  #reopen(): void {
    this.#end();
    this.open();
  }

  /** Returns the token of the host page, or that of the guest. */
  async #next(why: TokenReason): Promise<string | null> {
    this.#used = await this.#find(why);
    return this.#used;
  }

  async #find(why: TokenReason): Promise<string | null> {
    this.#isGuest = !this.isHosted;
    if (this.#given !== null && this.#isGivenNew) {
      this.#isGivenNew = false;
      return this.#given;
    }
    const getToken = this.#options.getToken();
    if (getToken) return (await getToken()) || null;
    const known = this.#given === null ? this.guest.token : this.#used;
    if (why === 'start' || known === null) return known;
    if (why === 'refused') return known === this.#used ? null : known; // another tab may have a newer one
    return (await this.guest.renewed(known)) ?? known;
  }
}
