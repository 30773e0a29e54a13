import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

interface Enveloped {
  schema: GraphQLSchema;
  parse: (query: string) => DocumentNode;
  validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
}

/** A document that was parsed and validated, or what is wrong with it. */
export type Prepared = { schema: GraphQLSchema; document: DocumentNode } | { errors: readonly GraphQLError[] };

/** Parses and validates a document; the same text again costs a look-up. Never throws for what a client sent. */
export type Preparation = (query: string) => Prepared;

const cachedDocuments = 1000;

/** Prepares documents by the rules of `enveloped`, which HTTP works by too. */
export function preparation(enveloped: () => Enveloped): Preparation {
  const cache = new LRUCache<string, Prepared>({ max: cachedDocuments });
  return (query) => {
    const known = cache.get(query);
    if (known) return known;
    const prepared = prepare(enveloped(), query);
    cache.set(query, prepared);
    return prepared;
  };
}

function prepare({ schema, parse, validate }: Enveloped, query: string): Prepared {
  try {
    const document = parse(query);
    const errors = validate(schema, document);
    return errors.length > 0 ? { errors } : { schema, document };
  } catch (error) {
    // A syntax error, or a limit: those throw, while rules of validation report.
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}
