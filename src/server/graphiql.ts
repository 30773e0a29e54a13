import type { GraphiQLOptions } from 'graphql-yoga';
import { tour, tourVariables } from './graphiql-tour.ts';

/** GraphiQL for a newcomer, with nothing fetched from elsewhere. */
export const graphiql: GraphiQLOptions = {
  title: 'Parley',
  subscriptionsProtocol: 'WS',
  isHeadersEditorEnabled: true,
  defaultEditorToolsVisibility: 'variables',
  shouldPersistHeaders: true,
};

const render = 'YogaGraphiQL.renderYogaGraphiQL';

/**
 * Spares a newcomer the copying of tokens: the page remembers the access token of the guest it signed in last, in its
 * memory alone, and sends it to this server wherever no Authorization header was typed.
 * Opens with the tour and the variables it needs, later with what was last typed. GraphiQL's own options for that show
 * no variables, and after a reload an empty tab.
 */
const easier = `
${render} = ((render) => (root, options) => {
  let token;
  const { fetch } = globalThis;
  globalThis.fetch = async (...request) => {
    const response = await fetch(...request);
    const body = await response.clone().json().catch(() => null);
    token = body?.data?.createGuestSession?.accessToken ?? token;
    return response;
  };
  const isTyped = (headers) => Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'authorization');
  render(root, {
    ...options,
    additionalHeaders: ({ extensions }) =>
      token && !isTyped(extensions?.headers) ? { Authorization: 'Bearer ' + token } : {},
    connectionParams: () => ({ token }),
    query: localStorage.getItem('graphiql:query') ?? ${JSON.stringify(tour)},
    variables: localStorage.getItem('graphiql:variables') ?? ${JSON.stringify(tourVariables)},
  });
})(${render});
`;

/** The page: 9 MB, so that its parts are read when it is first asked for. */
export async function renderGraphiQL(options?: GraphiQLOptions): Promise<string> {
  const page = await import('@graphql-yoga/render-graphiql');
  const html = page.renderGraphiQL(options);
  const start = html.lastIndexOf(`${render}(`);
  return html.slice(0, start) + easier + html.slice(start);
}
