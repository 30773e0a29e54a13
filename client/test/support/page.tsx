import { ParleyProvider, type ParleyProviderProps, useMessages } from 'parley-client/react';
import { renderToPipeableStream } from 'react-dom/server';
import { collected } from './collected.ts';

/** The messages of the room `r`. */
function Log() {
  const { items, isLoading } = useMessages('r');
  return (
    <ol aria-busy={isLoading}>
      {items.map((item) => (
        <li key={item.id}>{item.text}</li>
      ))}
    </ol>
  );
}

/** Shows the room `r` by a client. */
export function Page(props: Omit<ParleyProviderProps, 'children'>) {
  return (
    <ParleyProvider {...props}>
      <Log />
    </ParleyProvider>
  );
}

/** Renders the page as a server does. */
export function htmlOf(props: Omit<ParleyProviderProps, 'children'>): Promise<string> {
  return collected((sink) => renderToPipeableStream(<Page {...props} />).pipe(sink));
}
