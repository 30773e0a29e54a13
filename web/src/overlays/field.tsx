import { useId } from 'react';

interface FieldProps {
  label: string;
  name: string;
  maxLength: number;
  initial?: string;
  help?: string | null;
  /** What is wrong with the text, in place of the help. */
  wrong?: string | null;
}

/** A text field with its label and a line of help. */
export function Field({ label, name, maxLength, initial = '', help = null, wrong = null }: FieldProps) {
  const id = useId();
  const below = wrong ?? help;
  return (
    <>
      <label className="field" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        name={name}
        className="input"
        dir="auto"
        defaultValue={initial}
        maxLength={maxLength}
        autoComplete="off"
        aria-invalid={wrong !== null}
        aria-describedby={below === null ? undefined : `${id}-help`}
      />
      {below !== null && (
        <p
          className={wrong === null ? 'help' : 'help wrong'}
          id={`${id}-help`}
          role={wrong === null ? undefined : 'alert'}
        >
          {below}
        </p>
      )}
    </>
  );
}

interface FormFaultProps {
  fault: { text: string; field: string | null } | null;
  /** The fields that say themselves what is wrong with them. */
  fields: readonly string[];
}

/** Says what is wrong with a form if none of its fields is to blame. */
export function FormFault({ fault, fields }: FormFaultProps) {
  if (!fault || fields.includes(fault.field ?? '')) return null;
  return (
    <p className="help wrong" role="alert">
      {fault.text}
    </p>
  );
}

/** Returns the text of a form's field. */
export function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
