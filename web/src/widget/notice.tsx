/** Says why there is no room to be seen. */
export function Notice({ title, text }: { title: string; text?: string }) {
  return (
    <div className="empty" role="status">
      <div>
        <h2>{title}</h2>
        {text && <p>{text}</p>}
      </div>
    </div>
  );
}
