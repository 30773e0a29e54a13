import { perSelection, type Selection } from '../graphql/selection.ts';

/** What is read together with messages. */
export interface MessageParts {
  /** The users whom system messages are about. */
  subjects: boolean;
  authors: boolean;
  replies: boolean;
  reactions: boolean;
}

/** Messages alone: loaders read the rest. */
export const bareMessages: MessageParts = { subjects: false, authors: false, replies: false, reactions: false };

/** Returns what an operation selects of messages, and of the messages that they reply to. */
export function partsOf(selection: Selection): MessageParts {
  const reply = selection.below('replyTo');
  const either = (...names: string[]) => selection.has(...names) || reply.has(...names);
  return {
    subjects: either('text', 'systemEvent'),
    authors: either('author'),
    replies: selection.has('replyTo'),
    reactions: selection.has('reactionGroups'),
  };
}

/** Returns what to read together with the messages of a page. */
export const partsOfPage = perSelection(({ items }) => partsOf(items));

/** Returns what to read together with the one message of a field. */
export const partsOfMessage = perSelection(partsOf);
