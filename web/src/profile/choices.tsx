import { useId } from 'react';

interface ChoicesProps<Value extends string> {
  title: string;
  text: Record<Value, string>;
  /** In this order; all of `text` if it is left out. */
  values?: readonly Value[];
  /** Null while it is not known, and nothing can be chosen. */
  chosen: Value | null;
  onChoose: (value: Value) => void;
}

/** One of a few. */
export function Choices<Value extends string>({ title, text, values, chosen, onChoose }: ChoicesProps<Value>) {
  const id = useId();
  return (
    <fieldset className="choices" disabled={chosen === null}>
      <legend className="field">{title}</legend>
      {(values ?? (Object.keys(text) as Value[])).map((value) => (
        <label key={value} className="choice">
          <input type="radio" name={id} checked={value === chosen} onChange={() => onChoose(value)} />
          <span>{text[value]}</span>
        </label>
      ))}
    </fieldset>
  );
}
