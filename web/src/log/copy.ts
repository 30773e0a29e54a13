import type { Words } from '../words/en.ts';

/** Copies a text, and says whether it worked: nothing else is to be seen of it. */
export async function copy(text: string, { message }: Words, say: (text: string) => void): Promise<void> {
  try {
    // Without HTTPS, such as in a local network, browsers have no clipboard. Before anything is awaited, the old way works.
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else if (!copyByCommand(text)) throw new Error('The browser copies nothing.');
    say(message.copied);
  } catch {
    say(message.notCopied);
  }
}

function copyByCommand(text: string): boolean {
  let isCopied = false;
  const onCopy = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    isCopied = true;
  };
  addEventListener('copy', onCopy, true);
  document.execCommand('copy');
  removeEventListener('copy', onCopy, true);
  return isCopied;
}
