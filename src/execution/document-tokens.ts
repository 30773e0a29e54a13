import { Lexer, Source, type Token, TokenKind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badRequest } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

const opening = new Set<string>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing = new Set<string>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Refuses documents with so many nested brackets that the recursive parser would overflow the stack, and those with names
 * of any length, which each error of the validation quotes.
 */
export const tokenLimits: Plugin = {
  onParse: ({ params: { source } }) => requireModest(source instanceof Source ? source : new Source(source)),
};

function requireModest(source: Source): void {
  let depth = 0;
  for (const { kind, start, end } of tokensOf(source)) {
    if (kind === TokenKind.NAME && end - start > limits.nameLength)
      throw badRequest(`The document has a name of more than ${limits.nameLength} characters.`);
    if (opening.has(kind)) depth += 1;
    if (closing.has(kind)) depth -= 1;
    if (depth > limits.nesting) throw badRequest(`The document nests more than ${limits.nesting} brackets.`);
  }
}

/** Yields tokens up to the limit, or until the text is not GraphQL: the parser reports the error then. */
function* tokensOf(source: Source): Generator<Token> {
  const lexer = new Lexer(source);
  try {
    for (let count = 0; count < limits.tokens; count += 1) {
      const token = lexer.advance();
      yield token;
      if (token.kind === TokenKind.EOF) return;
    }
  } catch {
    // not GraphQL
  }
}
