import { useLayoutEffect, useRef } from 'react';

interface DialogProps {
  label: string;
  className?: string;
  onClose: () => void;
  children: React.ReactNode;
}

/** A dialog or sheet over the page. The browser itself keeps the focus inside, and gives it back. */
export function Dialog({ label, className = 'dialog', onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const isPressed = useRef(false); // a text can be selected beyond the edge
  // An effect would end when the element has gone already: the browser then gives no focus back.
  useLayoutEffect(() => {
    const dialog = ref.current!;
    if (className === 'sheet') dialog.setAttribute('autofocus', ''); // a sheet has no first thing to do
    if (!dialog.open) dialog.showModal();
    return () => dialog.close();
  }, [className]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc does the same
    <dialog
      ref={ref}
      className={className}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={({ target, currentTarget }) => {
        isPressed.current = target === currentTarget;
      }}
      onClick={({ target, currentTarget }) => isPressed.current && target === currentTarget && onClose()}
    >
      {children}
    </dialog>
  );
}
