import { useLanguage } from '../words/language.tsx';

interface FoundCountProps {
  query: string;
  /** What is found is still that of another query. */
  isLoading: boolean;
  count: number;
}

/** Tells screen readers how much was found. It belongs into the dialog that searches: what is behind one is not read. */
export function FoundCount({ query, isLoading, count }: FoundCountProps) {
  const { words, formats } = useLanguage();
  return (
    <div className="unseen" role="status">
      {query.trim() !== '' && !isLoading && words.find.found(formats.number(count), count)}
    </div>
  );
}
