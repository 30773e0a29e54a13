import { useCallback } from 'react';
import type { AnyVariables, OperationResult } from 'urql';
import type { TypedDocument } from '../documents.ts';
import { useLanguage } from '../words/language.tsx';
import { useAct } from './data.ts';
import { showNotice } from './notice.tsx';
import { troubleOf } from './trouble.ts';

/** Returns a function that executes a mutation and says what went wrong. It resolves to the result; null if it failed. */
export function useChange<D, V extends AnyVariables>(document: TypedDocument<D, V>) {
  const act = useAct(document);
  const { words } = useLanguage();
  return useCallback(
    async (variables: V): Promise<D | null> => {
      const result = await act(variables);
      const trouble = troubleOf(result as OperationResult, words);
      showNotice(trouble?.text ?? null);
      return trouble === null ? (result.data ?? null) : null;
    },
    [act, words],
  );
}
