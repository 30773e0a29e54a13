import type { DocumentNode, Token } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Parsed documents by their text, and the errors of texts that cannot be parsed. */
export interface DocumentCache {
  documents: LRUCache<string, DocumentNode>;
  errors: LRUCache<string, object>;
}

/** The memory for all documents: enough for a few thousand of the usual size. */
const documentsBytes = 48 * 1024 * 1024;
/** A document that takes more than this is parsed each time. One with 2,000 tokens, which is the limit, fits. */
const documentBytes = 1792 * 1024;
const errorsBytes = 4 * 1024 * 1024;
/**
 * The largest error that is kept. Applications send the same invalid document again and again, but such documents are
 * smaller than this.
 */
const errorBytes = 32 * 1024;
/**
 * The memory of a token with its share of the tree and of the plan by which `executor` executes the document. Measured on
 * Node.js 20: 485 bytes for the token and its node, and 390 for a planned field; at most every other token is a field in
 * documents of applications.
 */
const tokenBytes = 800;
const entryBytes = 1024;

/** Makes a cache that is bounded by memory, and not by the number of documents: a client may send texts of 256 KiB. */
export function documentCache(): DocumentCache {
  return {
    documents: new LRUCache({
      maxSize: documentsBytes,
      maxEntrySize: documentBytes,
      sizeCalculation: (document, text) => entryBytes + 2 * text.length + tokenBytes * tokensIn(document),
    }),
    errors: new LRUCache({
      maxSize: errorsBytes,
      maxEntrySize: errorBytes,
      // An error refers to its text, and may quote it.
      sizeCalculation: (_error, text) => entryBytes + 4 * text.length,
    }),
  };
}

/** Returns the number of tokens, including comments, which the tree contains too. */
function tokensIn({ loc }: DocumentNode): number {
  let count = 0;
  for (let token: Token | null | undefined = loc?.startToken; token; token = token.next) count += 1;
  return count;
}
