import { type DocumentNode, type Token, TokenKind } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Parsed documents by their text, and the errors of texts that cannot be parsed. */
export interface DocumentCache {
  documents: LRUCache<string, DocumentNode>;
  errors: LRUCache<string, object>;
}

/** The memory for all documents and their plans: enough for a thousand and more of the usual size. */
const documentsBytes = 48 * 1024 * 1024;
/** A document that takes more than this is parsed each time. One with 2,000 tokens, which is the limit, fits. */
const documentBytes = 4 * 1024 * 1024;
const errorsBytes = 4 * 1024 * 1024;
/**
 * The largest error that is kept. Applications send the same invalid document again and again, but such documents are
 * smaller than this.
 */
const errorBytes = 32 * 1024;
/** The memory of a token with its share of the tree: 485 bytes measured on Node.js 20, for a document of fields. */
const tokenBytes = 500;
/** The plan of `executor` has at most two fields for each field of the document. One takes 400 to 700 bytes. */
const plannedBytes = 2 * 700;
const entryBytes = 1024;

/** Makes a cache that is bounded by memory, and not by the number of documents: a client may send texts of 256 KiB. */
export function documentCache(): DocumentCache {
  return {
    documents: new LRUCache({
      maxSize: documentsBytes,
      maxEntrySize: documentBytes,
      sizeCalculation: (document, text) => entryBytes + 2 * text.length + bytesOf(document),
    }),
    errors: new LRUCache({
      maxSize: errorsBytes,
      maxEntrySize: errorBytes,
      // An error refers to its text, and may quote it.
      sizeCalculation: (_error, text) => entryBytes + 4 * text.length,
    }),
  };
}

/** Returns the memory of a document, of all its tokens, which are also comments, and of its plan. */
function bytesOf({ loc }: DocumentNode): number {
  let bytes = 0;
  for (let token: Token | null | undefined = loc?.startToken; token; token = token.next) {
    bytes += tokenBytes;
    // Perhaps a field: names of arguments, aliases and variables precede a colon.
    if (token.kind === TokenKind.NAME && token.next?.kind !== TokenKind.COLON) bytes += plannedBytes;
  }
  return bytes;
}
