/**
 * Typed documents for clients of the schema, made with GraphQL Code Generator's client preset by `npm run codegen`.
 * Its own command line takes this file as it is: `graphql-codegen --config codegen.ts`.
 */
const config = {
  schema: 'schema.graphql',
  documents: 'test/support/operations.graphql',
  generates: {
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        scalars: { DateTime: 'string', LanguageTag: 'string', StreamCursor: 'string' },
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
