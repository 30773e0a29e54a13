import { useLanguage } from '../words/language.tsx';
import type { Message, Reply } from './message.ts';
import { MessageText } from './message-text.tsx';
import { plainText } from './plain-text.ts';

/** Texts with more lines or characters than this begin folded. */
const foldedLines = 18;
const foldedLength = 1500;

interface MessageBodyProps {
  message: Message;
  isOwn: boolean;
  isUnfolded: boolean;
  /** Of its buttons: the Tab key stops at those of the row that the keyboard is at. */
  tabIndex: number;
}

/** Shows what a message says, in a bubble if it is the viewer's own. */
export function MessageBody({ message, isOwn, isUnfolded, tabIndex }: MessageBodyProps) {
  const { words, formats } = useLanguage();
  const { text, editedAt, replyTo } = message;
  if (message.isHidden) return <div className="deleted">{words.log.hidden}</div>;
  if (text === null) return <div className="deleted">{words.log.deleted}</div>;
  const isFolded = !isUnfolded && isLong(text);
  const edited = editedAt && (
    <span className="edited" title={formats.moment(editedAt)}>
      {words.log.edited}
    </span>
  );
  const body = (
    <>
      {replyTo && <ReplyLine reply={replyTo} tabIndex={tabIndex} />}
      <MessageText text={text} after={edited} isFolded={isFolded} />
      {isFolded && (
        <button type="button" className="unfold" data-act="unfold" tabIndex={tabIndex}>
          {words.log.showMore}
        </button>
      )}
    </>
  );
  return isOwn ? <div className="bubble">{body}</div> : body;
}

function isLong(text: string): boolean {
  if (text.length > foldedLength) return true;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines > foldedLines;
}

function ReplyLine({ reply, tabIndex }: { reply: Reply; tabIndex: number }) {
  const { words } = useLanguage();
  // An own reply that waits may be to a message that is not here.
  const known = reply.deletedAt ? words.log.deleted : (reply.text ?? '…');
  const text = reply.isHidden ? words.log.hidden : known;
  return (
    <button type="button" className="reply" data-act="jump" data-to={reply.id} tabIndex={tabIndex}>
      {reply.author && !reply.isHidden && (
        <b className="cut">
          <bdi>{reply.author.displayName}</bdi>
        </b>
      )}
      <span className="cut" dir="auto">
        {plainText(text)}
      </span>
    </button>
  );
}
