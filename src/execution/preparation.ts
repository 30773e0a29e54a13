import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { DocumentCache } from './document-cache.ts';

interface Enveloped {
  schema: GraphQLSchema;
  parse: (query: string) => DocumentNode;
  validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
}

/** A document that was parsed and validated, or its errors. */
export type Prepared = { schema: GraphQLSchema; document: DocumentNode } | { errors: readonly GraphQLError[] };

/**
 * Parses and validates a document, or finds it in the cache; calls `onWork` if it must be parsed. Errors in the text are
 * returned, not thrown.
 */
export type Preparation = (query: string, onWork?: () => void) => Prepared;

/**
 * Validates each document of the cache once, and removes those with errors from it: a hundred errors can each quote the
 * document, so that they take a hundred times the memory that the cache counts.
 */
export function validateOnce({ documents }: DocumentCache): Plugin {
  const valid = new WeakSet<DocumentNode>();
  return {
    onValidate({ params: { documentAST }, setResult }) {
      if (valid.has(documentAST)) return setResult([]);
      return ({ result }) => {
        if (result.length === 0) valid.add(documentAST);
        else documents.delete(documentAST.loc?.source.body ?? '');
      };
    },
  };
}

/**
 * Returns a function that prepares documents with the parser and the rules of `enveloped`. HTTP uses the same ones; the
 * parser fills the cache, and `validateOnce` keeps it free of documents with errors.
 */
export function preparation(enveloped: () => Enveloped, { documents }: DocumentCache): Preparation {
  /** What was prepared for each valid document; dropped with the document. */
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
      if (errors.length > 0) return { errors };
      const prepared = { schema, document };
      validated.set(document, prepared);
      return prepared;
    } catch (error) {
      // Syntax errors and limits are thrown; errors of validation are returned.
      if (error instanceof GraphQLError) return { errors: [error] };
      throw error;
    }
  };
}
