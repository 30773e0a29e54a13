import type { Browser, Page } from 'playwright-core';
import { until } from './until.ts';

type Editor = 'Query' | 'Variables' | 'Headers';

/** GraphiQL in a browser window of its own, which can reach nothing but the server. */
export class GraphiQL {
  /** Addresses of other servers that the page requested; the requests were aborted. */
  readonly strayRequests: string[] = [];
  /** Errors of the page, and requests that its policy blocked. */
  readonly faults: string[] = [];
  /** The `token` of each WebSocket's `connectionParams`. */
  readonly socketTokens: unknown[] = [];
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async open(browser: Browser, url: string): Promise<GraphiQL> {
    const { origin, host } = new URL(url);
    const window = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await window.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
    const page = await window.newPage();
    const graphiql = new GraphiQL(page);
    await window.route(
      (address) => address.host !== host,
      (route) => {
        graphiql.strayRequests.push(route.request().url());
        return route.abort();
      },
    );
    page.on('pageerror', (error) => graphiql.faults.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) graphiql.faults.push(message.text());
    });
    page.on('websocket', (socket) => {
      if (new URL(socket.url()).host !== host) graphiql.strayRequests.push(socket.url());
      socket.on('framesent', ({ payload }) => graphiql.#noteToken(JSON.parse(String(payload))));
    });
    await page.goto(url);
    return graphiql;
  }

  #noteToken({ type, payload }: { type: string; payload?: { token?: unknown } }): void {
    if (type === 'connection_init') this.socketTokens.push(payload?.token);
  }

  /** Runs the operation in the editor; if there are several, the one with this name. */
  async run(operation?: string): Promise<void> {
    const button = this.#page.getByRole('button', { name: 'Execute query' });
    if (!operation) return button.and(this.#page.locator(':not([aria-haspopup])')).click();
    await button.click();
    await this.#page.getByRole('menuitem', { name: operation, exact: true }).click();
  }

  /** Ends the subscription that runs. */
  async stop(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Stop query' }).click();
  }

  /** Replaces the text in an editor. */
  async paste(editor: Editor, text: string): Promise<void> {
    const page = this.#page;
    if (editor !== 'Query') await page.getByRole('button', { name: editor, exact: true }).click();
    const region = page.getByRole('region', { name: editor === 'Query' ? 'Operation Editor' : editor });
    await region.locator('.monaco-editor:visible').first().click();
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('ControlOrMeta+V');
  }

  /** Resolves once at least this many web workers of the editors run. */
  async untilWorking(workers: number): Promise<void> {
    await until(() => this.#page.workers().length >= workers);
  }

  /** Resolves once the result contains a text. */
  async untilShown(text: string): Promise<void> {
    await this.#page.locator('.graphiql-response').getByText(text).first().waitFor();
  }

  /** Scrolls the query by this many notches of the mouse wheel, and takes a screenshot. */
  async takePicture(path: string, notches: number): Promise<void> {
    await this.#page.getByRole('region', { name: 'Operation Editor' }).hover();
    for (let turned = 0; turned < notches; turned++) await this.#page.mouse.wheel(0, 100);
    await this.#page.mouse.move(1000, 600);
    await this.#page.waitForTimeout(1000); // until the scroll bar is gone
    await this.#page.screenshot({ path });
  }

  close(): Promise<void> {
    return this.#page.context().close();
  }
}
