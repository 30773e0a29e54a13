import type { KeyboardEvent } from 'react';

interface TabsProps<Value extends string> {
  label: string;
  tabs: readonly { value: Value; text: string; count?: string | null }[];
  chosen: Value;
  onChoose?: ((value: Value) => void) | undefined;
}

/** Shows tabs: one stop for the keyboard, whose arrows choose. */
export function Tabs<Value extends string>({ label, tabs, chosen, onChoose }: TabsProps<Value>) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = tabs.findIndex(({ value }) => value === chosen);
    const next = (at + step + tabs.length) % tabs.length;
    (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
    onChoose?.(tabs[next]!.value);
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ value, text, count }) => (
        <button
          key={value}
          type="button"
          className="tab"
          role="tab"
          aria-selected={value === chosen}
          tabIndex={value === chosen ? 0 : -1}
          onClick={() => onChoose?.(value)}
        >
          {text}
          {count && <span className="num">{count}</span>}
        </button>
      ))}
    </div>
  );
}
