import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

/** Shorter than the time limit of jest, so that the failing step is named. */
const patienceMs = 15_000;

/** Somebody who talks in the page, in a browser of their own. */
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
  static async open(browser: Browser, address: string): Promise<PageUser> {
    const context = await browser.newContext({ viewport: { width: 1024, height: 700 }, locale: 'en-GB' });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.goto(address);
    return new PageUser(context, page);
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
