import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

/** Shorter than the time limit of jest, so that the failing step is named. */
const patienceMs = 90_000;

interface PageOptions {
  width?: number;
  /** A guest who is signed in there already, by the token of another browser. */
  token?: string | null;
}

/** Somebody who uses the page, in a browser of their own. */
export class PageUser {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained about. */
  readonly faults: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.faults.push(error.message));
  }

  /** Opens an address of the page. */
  static async open(browser: Browser, address: string, options: PageOptions = {}): Promise<PageUser> {
    const { width = 1024, token = null } = options;
    const context = await browser.newContext({
      viewport: { width, height: 700 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    if (token !== null) await page.addInitScript((given) => localStorage.setItem('parley:token', given), token);
    const user = new PageUser(context, page);
    await page.goto(address);
    return user;
  }

  /** Signs in as a guest at an address of the page, and is led there. */
  static async arrive(browser: Browser, address: string, name: string): Promise<PageUser> {
    const user = await PageUser.open(browser, address, { width: 1280 });
    await user.signIn(name);
    await user.inbox.waitFor();
    return user;
  }

  /** Opens an address on another device of this guest, who is signed in there with the same token. */
  async secondDevice(browser: Browser, address: string): Promise<PageUser> {
    const token = await this.page.evaluate(() => localStorage.getItem('parley:token'));
    const device = await PageUser.open(browser, address, { width: 1280, token });
    await device.inbox.waitFor();
    return device;
  }

  /** Opens the address of a public room, signs in as a guest, and joins the room. */
  static async join(browser: Browser, address: string, name: string): Promise<PageUser> {
    const user = await PageUser.open(browser, address);
    await user.signIn(name);
    await user.page.getByRole('button', { name: 'Join', exact: true }).click();
    await user.composer.waitFor();
    return user;
  }

  /** The room that is open. */
  get room(): Locator {
    return this.page.getByRole('main');
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message/ });
  }

  get inbox(): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The row of a room or person in the inbox. */
  inboxRow(name: string): Locator {
    return this.inbox.getByRole('link', { name });
  }

  /** Sees a text anywhere in the page. */
  reads(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor();
  }

  /** The row of a person in the members' pane. */
  memberRow(name: string): Locator {
    return this.page.getByRole('complementary', { name: 'Members' }).locator('li', { hasText: name }).last();
  }

  /** Chooses entries, one after the other, in the menu of somebody in the list of members. */
  async choose(name: string, ...entries: string[]): Promise<void> {
    const row = this.memberRow(name);
    await row.hover();
    await row.getByRole('button').click();
    for (const entry of entries) await this.page.getByRole('menuitem', { name: entry, exact: true }).click();
  }

  /** Resolves when an element has the focus. */
  async focuses(element: Locator): Promise<void> {
    const handle = await element.elementHandle();
    await this.page.waitForFunction((wanted) => document.activeElement === wanted, handle);
  }

  async signIn(name: string): Promise<void> {
    await this.page.getByLabel('Your name').fill(name);
    await this.page.keyboard.press('Enter');
  }

  async signInWithToken(token: string): Promise<void> {
    const toToken = this.page.getByRole('button', { name: 'I have an access token' });
    await toToken.click();
    await this.page.getByLabel('Access token', { exact: true }).fill(token);
    await this.page.keyboard.press('Enter');
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** The row of the newest message with a text. */
  row(text: string): Locator {
    return this.page.locator('article', { hasText: text }).last();
  }

  sees(text: string): Promise<void> {
    return this.row(text).waitFor();
  }

  /** Presses a button of a row. */
  async press(text: string, button: string): Promise<void> {
    const row = this.row(text);
    await row.hover();
    await row.getByRole('button', { name: button, exact: true }).click();
  }

  /** The texts of all rows in the document, in their order. */
  texts(): Promise<string[]> {
    return this.page.locator('article .text').allInnerTexts();
  }

  /**
   * Scrolls to the start of the room in steps. Returns the most rows that were in the document, and how far rows in sight
   * moved in the frames after a step, where they did.
   */
  scrollBack(): Promise<{ mostRows: number; steps: number; unsteady: number[] }> {
    return this.page.evaluate(scrollBack);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** Runs in the page. */
async function scrollBack(): Promise<{ mostRows: number; steps: number; unsteady: number[] }> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const log = document.querySelector('#log')!;
  const rows = () => [...document.querySelectorAll('article')];
  const inSight = () => rows().find((row) => row.getBoundingClientRect().top > 200)!;
  let mostRows = 0;
  let steps = 0;
  const unsteady: number[] = [];
  for (let still = 0; still < 20; ) {
    const before = log.scrollTop;
    log.scrollTop -= 3000;
    const row = inSight();
    const { top } = row.getBoundingClientRect();
    for (let frames = 0; frames < 2; frames++) {
      await frame();
      mostRows = Math.max(mostRows, rows().length);
      const moved = row.isConnected ? row.getBoundingClientRect().top - top : Number.NaN;
      if (!(Math.abs(moved) < 1)) unsteady.push(moved);
    }
    still = before === 0 && log.scrollTop === 0 ? still + 1 : 0;
    steps += 1;
  }
  return { mostRows, steps, unsteady };
}
