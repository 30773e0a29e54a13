import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

/** Shorter than the time limit of jest, so that the failing step is named. */
const patienceMs = 15_000;

/** A guest who uses the lists, menus and dialogs of the page, in a browser of their own. */
export class PageGuest {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(patienceMs);
  }

  /** Signs in at an address of the page, and is led there. */
  static async arrive(browser: Browser, address: string, name: string): Promise<PageGuest> {
    const guest = await PageGuest.#open(await newContext(browser));
    await guest.page.goto(address);
    await guest.page.getByLabel('Your name').fill(name);
    await guest.page.keyboard.press('Enter');
    await guest.inbox.waitFor();
    return guest;
  }

  static async #open(context: BrowserContext): Promise<PageGuest> {
    return new PageGuest(await context.newPage());
  }

  /** Opens an address on another device of this guest, who is signed in there with the same token. */
  async secondDevice(browser: Browser, address: string): Promise<PageGuest> {
    const token = await this.page.evaluate(() => localStorage.getItem('parley:token'));
    const device = await PageGuest.#open(await newContext(browser));
    await device.page.addInitScript((given) => localStorage.setItem('parley:token', given!), token);
    await device.page.goto(address);
    await device.inbox.waitFor();
    return device;
  }

  get inbox(): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** The row of a room or person in the inbox. */
  row(name: string): Locator {
    return this.inbox.getByRole('link', { name });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  sees(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor();
  }

  async say(text: string): Promise<void> {
    const composer = this.page.getByRole('textbox', { name: /^Message/ });
    await composer.fill(text);
    await composer.press('Enter');
  }

  /** Chooses entries, one after the other, in the menu of somebody in the list of members. */
  async choose(name: string, ...entries: string[]): Promise<void> {
    const row = this.page.getByRole('complementary', { name: 'Members' }).locator('li', { hasText: name }).last();
    await row.hover();
    await row.getByRole('button').click();
    for (const entry of entries) await this.page.getByRole('menuitem', { name: entry, exact: true }).click();
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

function newContext(browser: Browser): Promise<BrowserContext> {
  const viewport = { width: 1280, height: 800 };
  return browser.newContext({ viewport, locale: 'en-GB', reducedMotion: 'reduce' });
}
