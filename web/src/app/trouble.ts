import type { OperationResult } from 'urql';
import type { Words } from '../words/en.ts';

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Returns why a mutation failed, in words; null if it did not. */
export function troubleOf({ data, error }: OperationResult, { errors }: Words): string | null {
  const payload = Object.values((data ?? {}) as Record<string, { userErrors?: readonly Refusal[] } | string>).find(
    (value) => typeof value === 'object',
  );
  const refusal = typeof payload === 'object' ? payload?.userErrors?.[0] : undefined;
  if (!refusal) return error ? errors.NETWORK : null;
  if (refusal.code in errors) return errors[refusal.code as keyof typeof errors];
  // The server's own text, in English, says more than "it did not work".
  return refusal.code === 'INVALID_INPUT' ? refusal.message : errors.other;
}
