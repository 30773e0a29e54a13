import type { DocumentNode, Token } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Parsed documents by their text, and what is wrong with texts that cannot be parsed. */
export interface DocumentCache {
  documents: LRUCache<string, DocumentNode>;
  errors: LRUCache<string, object>;
}

/** What documents may take in memory together: some thousand of the size that applications have. */
const documentsBytes = 32 * 1024 * 1024;
/** A document that would take more than this is parsed each time. One of 2,000 tokens, the most there may be, fits. */
const documentBytes = 1280 * 1024;
const errorsBytes = 4 * 1024 * 1024;
/** Texts of applications that are wrong are sent again and again; large ones are no applications'. */
const errorBytes = 32 * 1024;
/** Of a token with its share of the tree: 485 bytes measured on Node.js 20, for a document of fields. */
const tokenBytes = 500;
const entryBytes = 1024;

/** Keeps documents by what they take in memory, not by their number: a client may send texts of 256 KiB. */
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
      // An error names the text that it is about, and may quote from it.
      sizeCalculation: (_error, text) => entryBytes + 4 * text.length,
    }),
  };
}

/** Comments included: the tree keeps those too. */
function tokensIn({ loc }: DocumentNode): number {
  let count = 0;
  for (let token: Token | null | undefined = loc?.startToken; token; token = token.next) count += 1;
  return count;
}
