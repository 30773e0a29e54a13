import { memo } from 'react';
import { isEmojiOnly, splitText, type TextPart } from './split-text.ts';

interface MessageTextProps {
  text: string;
  /** What follows the last word, such as the mark of an edited message. */
  after?: React.ReactNode;
  isFolded?: boolean;
}

/** Shows the text of a message: words, links and code. */
export const MessageText = memo(function MessageText({ text, after, isFolded = false }: MessageTextProps) {
  const parts = splitText(text);
  const classes = [
    'text',
    isEmojiOnly(text) && 'big',
    isFolded && 'folded',
    parts.some(({ type }) => type === 'block') && 'wide',
  ];
  return (
    <div className={classes.filter(Boolean).join(' ')} dir="auto">
      {parts.map(show)}
      {after}
    </div>
  );
});

function show(part: TextPart, index: number) {
  if (part.type === 'link') return <Link key={index} text={part.text} href={part.href} />;
  if (part.type === 'text') return part.text;
  if (part.type === 'code') return <code key={index}>{part.text}</code>;
  return (
    <pre key={index}>
      <code>{part.text}</code>
    </pre>
  );
}

function Link({ text, href }: { text: string; href: string }) {
  return (
    <a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">
      {text}
    </a>
  );
}
