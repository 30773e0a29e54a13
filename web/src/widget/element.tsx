import { createRoot, type Root } from 'react-dom/client';
import { type Language, type LanguageName, loadLanguage, preferredLanguage } from '../words/language.tsx';
import { Entrance } from './entrance.ts';
import { tellBy } from './host-events.ts';
import { attributes, type Settings, settingsOf } from './settings.ts';
import { sheets } from './sheets.ts';
import { type Controls, Widget } from './widget.tsx';

interface LoadedLanguage {
  /** What the attribute `lang` says. */
  asked: string;
  name: LanguageName;
  value: Language;
}

/** The properties that stand for the attributes of their names. `lang` and `dataset` are those of all elements. */
const texts = ['server', 'room', 'token', 'theme', 'header'] as const;
/** Attributes that are there or not. */
const switches = ['readOnly', 'compact'] as const;
const reflected: readonly string[] = [...texts, ...switches];

/** `<parley-room>`: one room in a page of any server. */
export class ParleyRoom extends HTMLElement {
  static readonly observedAttributes = attributes;
  declare server: string | null;
  declare room: string | null;
  declare token: string | null;
  declare theme: string | null;
  declare header: string | null;
  declare readOnly: boolean;
  declare compact: boolean;
  static {
    for (const name of reflected) {
      Object.defineProperty(ParleyRoom.prototype, name, {
        get(this: ParleyRoom) {
          return (switches as readonly string[]).includes(name) ? this.hasAttribute(name) : this.getAttribute(name);
        },
        set(this: ParleyRoom, value: string | boolean | null) {
          if (value) this.setAttribute(name, value === true ? '' : value);
          else this.removeAttribute(name);
        },
      });
    }
  }
  readonly #tell = tellBy(this);
  readonly #controls: { current: Controls | null } = { current: null };
  readonly #box = document.createElement('div');
  #root: Root | null = null;
  #settings: Settings = settingsOf(this);
  #entrance: Entrance | null = null;
  #language: LoadedLanguage | null = null;
  #getToken: (() => Promise<string | null>) | null = null;
  #isUpdating = false;
  /** The host page has disconnected it. */
  #hasLeft = false;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = sheets();
    this.#box.className = 'widget';
    shadow.append(this.#box);
  }

  /** Gets an access token: asked when there is none, before one ends, and when one is refused. */
  get getToken(): (() => Promise<string | null>) | null {
    return this.#getToken;
  }

  set getToken(getToken: (() => Promise<string | null>) | null) {
    this.#getToken = getToken;
    this.#hasLeft = false;
    if (getToken) this.#entrance?.turn();
    this.#update();
  }

  connectedCallback(): void {
    this.#takeOver();
    this.#hasLeft = false;
    this.#update();
  }

  disconnectedCallback(): void {
    // An element that is moved is connected again before this.
    queueMicrotask(() => {
      if (!this.isConnected) this.#close();
    });
  }

  attributeChangedCallback(name: string): void {
    if (name === 'token' || name === 'server') this.#hasLeft = false;
    this.#update();
  }

  /** Puts the focus into the field. */
  override focus(options?: FocusOptions): void {
    this.shadowRoot?.querySelector<HTMLElement>('textarea, input')?.focus(options);
  }

  /** Sends a text. Returns whether there is a room to send it to. */
  send(text: string): boolean {
    this.#controls.current?.send(text);
    return this.#controls.current !== null;
  }

  /** Marks the room as read. */
  markRead(): void {
    this.#controls.current?.markRead();
  }

  /** Leaves the server until `token`, `server` or `getToken` is set, or the element is put into a page again. */
  disconnect(): void {
    this.#hasLeft = true;
    this.#close();
  }

  /** Takes over what the host page has set before this script ran: as own properties, which hide the accessors. */
  #takeOver(): void {
    for (const name of [...reflected, 'getToken']) {
      const own = Object.getOwnPropertyDescriptor(this, name);
      if (!own) continue;
      delete this[name as keyof this];
      Object.assign(this, { [name]: own.value });
    }
  }

  /** Follows all changes of one moment at once. */
  #update(): void {
    if (this.#isUpdating) return;
    this.#isUpdating = true;
    queueMicrotask(() => {
      this.#isUpdating = false;
      if (this.isConnected && !this.#hasLeft) void this.#apply(settingsOf(this));
    });
  }

  async #apply(settings: Settings): Promise<void> {
    const isOtherServer = settings.server !== this.#settings.server;
    this.#settings = settings;
    if (isOtherServer) {
      this.#entrance?.close();
      this.#entrance = null;
    }
    const language = this.#language?.asked === settings.lang ? this.#language : await languageFor(settings.lang);
    if (!this.isConnected || this.#hasLeft || settings !== this.#settings) return;
    this.#language = language;
    this.#box.lang = language.name;
    if (this.#entrance) this.#entrance.give(settings.token);
    else this.#entrance = this.#enter(settings);
    this.#entrance.open();
    this.#render();
  }

  #enter(settings: Settings): Entrance {
    return new Entrance({
      settings,
      language: () => this.#language?.name ?? 'en',
      getToken: () => this.#getToken,
      tell: this.#tell,
      changed: () => this.#render(),
    });
  }

  #render(): void {
    const [entrance, language] = [this.#entrance, this.#language];
    if (!entrance || !language || !this.isConnected) return;
    this.#root ??= createRoot(this.#box);
    const { parley, userId, isOver } = entrance;
    this.#root.render(
      <Widget
        settings={this.#settings}
        language={language.value}
        tell={this.#tell}
        controls={this.#controls}
        {...{ entrance, parley, userId, isOver }}
      />,
    );
  }

  #close(): void {
    const [root, entrance] = [this.#root, this.#entrance];
    this.#root = this.#entrance = null; // first: the end of the client would be rendered again
    this.#controls.current = null; // what is unmounted does so later
    root?.unmount();
    entrance?.close();
  }
}

/** Loads the language that the host page or the browser asks for; English, which is always there, if that fails. */
async function languageFor(asked: string): Promise<LoadedLanguage> {
  const wanted = asked === 'auto' ? navigator.languages : [asked, ...navigator.languages];
  const load = async (name: LanguageName) => ({ asked, name, value: await loadLanguage(name, wanted) });
  return load(preferredLanguage(wanted)).catch(() => load('en'));
}
