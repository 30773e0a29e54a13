/** @jest-environment jsdom */
import { afterEach, expect, jest, test } from '@jest/globals';
import { copy } from '../src/log/copy.ts';
import { en } from '../src/words/en.ts';

/** What jsdom lacks. Without HTTPS, browsers have the command alone. */
function give({ clipboard, command }: { clipboard?: (text: string) => Promise<void>; command?: () => void }) {
  Object.defineProperty(navigator, 'clipboard', { value: clipboard && { writeText: clipboard }, configurable: true });
  document.execCommand = (() => command?.()) as never;
}

afterEach(() => give({}));

test('copying says that it worked, or did not', async () => {
  const said = jest.fn();
  give({ clipboard: async () => {} });
  await copy('a', en, said);
  give({ clipboard: () => Promise.reject(new Error('denied')) });
  await copy('a', en, said);
  give({});
  await copy('a', en, said);

  expect(said.mock.calls.flat()).toEqual([en.message.copied, en.message.notCopied, en.message.notCopied]);
});

test('where the browser has no clipboard, the text is copied by a command', async () => {
  const [said, setData] = [jest.fn(), jest.fn()];
  const command = () => {
    const event = new Event('copy', { bubbles: true, cancelable: true });
    document.body.dispatchEvent(Object.assign(event, { clipboardData: { setData } }));
  };
  give({ command });

  await copy('https://chat.example/r/general', en, said);

  expect(setData.mock.calls).toEqual([['text/plain', 'https://chat.example/r/general']]);
  expect(said).toHaveBeenCalledWith(en.message.copied);
});
