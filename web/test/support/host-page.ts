import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';

/** What happened in the host page. */
interface Seen {
  /** Events of the widget: names without `parley-`, and details. */
  told: [string, Record<string, unknown>][];
  /** What the page's policy has refused. */
  refused: string[];
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const names = ['ready', 'message', 'unread', 'signin', 'error', 'ended', 'link'];

/** A web site of another origin, whose policy allows scripts and connections of the chat server, and nothing else. */
export class HostSite {
  readonly #http = createServer((request, response) => {
    const body = new URL(request.url ?? '', 'http://host').searchParams.get('body') ?? '';
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', this.#policy);
    response.end(`<!doctype html><html lang="en"><title>A cinema</title><main><h1>Live</h1>${body}</main></html>`);
  });
  readonly #policy: string;
  readonly #server: string;

  private constructor(server: string) {
    this.#server = server;
    const socket = server.replace(/^http/, 'ws');
    this.#policy = `default-src 'none'; script-src ${server}; connect-src ${server} ${socket}`;
  }

  static async start(graphqlUrl: string): Promise<HostSite> {
    const site = new HostSite(new URL(graphqlUrl).origin);
    site.#http.listen(0, '127.0.0.1');
    await once(site.#http, 'listening');
    return site;
  }

  /** Returns the script of the widget with these attributes. */
  script(attributes = ''): string {
    return `<script type="module" src="${this.#server}/widget.js" ${attributes}></script>`;
  }

  /** Opens a page with this body in a browser profile of its own. `prepare` gets it before it loads. */
  async open(browser: Browser, body: string, prepare?: (page: Page) => Promise<unknown>): Promise<HostPage> {
    const context = await browser.newContext({ viewport: { width: 800, height: 700 }, locale: 'en-GB' });
    const page = await context.newPage();
    await page.addInitScript((events) => {
      const seen: Seen = { told: [], refused: [] };
      Object.assign(globalThis, { seen });
      for (const name of events)
        addEventListener(`parley-${name}`, (event) => seen.told.push([name, (event as CustomEvent).detail]));
      addEventListener('securitypolicyviolation', (event) => seen.refused.push(event.violatedDirective));
    }, names);
    await prepare?.(page);
    const { port } = this.#http.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/?body=${encodeURIComponent(body)}`);
    return new HostPage(page);
  }

  close(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }
}

export class HostPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  seen(): Promise<Seen> {
    return this.page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);
  }

  /** Resolves to the first detail of an event that has this. */
  async told(name: string, detail: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const wanted = { name, detail };
    const found = await this.page.waitForFunction(({ name, detail }) => {
      const { told } = (globalThis as unknown as { seen: Seen }).seen;
      const fits = (one: Record<string, unknown>) => Object.entries(detail).every(([key, value]) => one[key] === value);
      return told.find(([event, one]) => event === name && fits(one))?.[1];
    }, wanted);
    return (await found.jsonValue())!;
  }

  /** Resolves to the users who signed in, when so many widgets have told of it. */
  async signedIn(count: number): Promise<unknown[]> {
    const found = await this.page.waitForFunction((count) => {
      const { told } = (globalThis as unknown as { seen: Seen }).seen;
      const users = told.filter(([name]) => name === 'signin').map(([, { userId }]) => userId);
      return users.length >= count && users;
    }, count);
    return (await found.jsonValue()) as unknown[];
  }

  async setToken(token: string): Promise<void> {
    await this.page.locator('parley-room').evaluate((widget, next) => widget.setAttribute('token', next), token);
  }

  async write(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: /^Message/ }).fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Returns the serious faults that axe finds, in the shadow root too. */
  async axeFaults(): Promise<string[]> {
    await this.page.evaluate(axe);
    return this.page.evaluate(async () => {
      interface Axe {
        run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
      }
      const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
    });
  }
}
