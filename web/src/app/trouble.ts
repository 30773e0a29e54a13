import type { ParleyError } from 'parley-client';
import type { OperationResult } from 'urql';
import type { Words } from '../words/en.ts';

interface Refusal {
  readonly code: string;
  readonly path: readonly string[] | null;
}

/** Why a mutation failed. */
export interface Trouble {
  text: string;
  /** The field of the input that is to blame; null if none is. */
  field: string | null;
}

/** Returns why a mutation failed; null if it did not. */
export function troubleOf({ data, error }: OperationResult, words: Words): Trouble | null {
  const payload = Object.values((data ?? {}) as Record<string, { userErrors?: readonly Refusal[] } | string>).find(
    (value) => typeof value === 'object',
  );
  const refusal = typeof payload === 'object' ? payload?.userErrors?.[0] : undefined;
  if (refusal) {
    const field = refusal.path?.at(-1) ?? null;
    return { text: textOf(refusal.code, field, words), field };
  }
  if (!error) return null;
  const { code } = (error.networkError ?? {}) as Partial<ParleyError>;
  return { text: textOf(code ?? 'INTERNAL', null, words), field: null };
}

function textOf(code: string, field: string | null, { errors, faults, newRoom }: Words): string {
  if (code === 'TIMEOUT') return errors.NETWORK;
  if (code === 'INVALID_INPUT' && field === 'slug') return newRoom.slugHelp;
  if (code === 'INVALID_INPUT' && texts.has(field ?? '')) return faults.INVALID_INPUT;
  if (code === 'CONFLICT') return errors[conflicts[field ?? ''] ?? 'other'];
  return code in errors ? errors[code as keyof Words['errors']] : errors.other;
}

/** The fields for which people write a text. Others are lists and times, such as too many people at once. */
const texts = new Set(['name', 'topic', 'displayName', 'statusText', 'reason']);

/** What is in the way, by the field that says where. */
const conflicts: Record<string, keyof Words['errors']> = {
  slug: 'slugTaken',
  name: 'nameTaken',
  role: 'lastOwner',
  roomId: 'lastOwner',
};
