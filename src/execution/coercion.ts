/**
 * Ends the coercion of variables at the first error. Each error of graphql-js describes the whole variable: with all errors,
 * a variable with many unknown fields would cost quadratic time and memory. For `execute` and `createSourceEventStream`, as
 * `options`.
 */
export const coercionOptions = { maxCoercionErrors: 1 };
