/** Shows a sentence with the names in it, in their order, in bold type. */
export function Emphasised({ text, names }: { text: string; names: readonly string[] }) {
  const parts: React.ReactNode[] = [];
  let from = 0;
  for (const name of names) {
    const at = text.indexOf(name, from);
    if (at < 0) continue;
    parts.push(
      text.slice(from, at),
      <b key={at}>
        <bdi>{name}</bdi>
      </b>,
    );
    from = at + name.length;
  }
  return [...parts, text.slice(from)];
}
