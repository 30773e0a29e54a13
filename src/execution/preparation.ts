import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { DocumentCache } from './document-cache.ts';

interface Enveloped {
  schema: GraphQLSchema;
  parse: (query: string) => DocumentNode;
  validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
}

/** A document that was parsed and validated, or what is wrong with it. */
export type Prepared = { schema: GraphQLSchema; document: DocumentNode } | { errors: readonly GraphQLError[] };

/**
 * Parses and validates a document; the same text again costs a look-up. Calls `onWork` if it costs more. Never throws for
 * what a client sent.
 */
export type Preparation = (query: string, onWork?: () => void) => Prepared;

/** Prepares documents by the rules of `enveloped`, which keeps them in `cache`, and which HTTP works by too. */
export function preparation(enveloped: () => Enveloped, { documents }: DocumentCache): Preparation {
  /** Forgotten with the document. */
  const validated = new WeakMap<DocumentNode, Prepared>();
  return (query, onWork) => {
    const cached = documents.get(query);
    const known = cached && validated.get(cached);
    if (known) return known;
    onWork?.();
    try {
      const { schema, parse, validate } = enveloped();
      const document = parse(query);
      const errors = validate(schema, document);
      const prepared = errors.length > 0 ? { errors } : { schema, document };
      validated.set(document, prepared);
      return prepared;
    } catch (error) {
      // A syntax error, or a limit: those throw, while rules of validation report.
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    }
  };
}
