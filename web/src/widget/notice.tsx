/** Says why there is no room to be seen. */
export function Notice({ title, text, children }: { title: string; text?: string | null; children?: React.ReactNode }) {
  return (
    <div className="empty" role="status">
      <div>
        <h2>{title}</h2>
        {text && <p>{text}</p>}
        {children}
      </div>
    </div>
  );
}
