import type { GraphiQLOptions } from 'graphql-yoga';

/** What GraphiQL shows a newcomer. */
const defaultQuery = `# Welcome to Parley. Press the play button, then paste what you need from README.md.
#
# 1. Sign in as a guest and copy the accessToken:
mutation SignIn {
  createGuestSession(input: { displayName: "Ada" }) {
    accessToken
    user { id username }
    userErrors { code message path }
  }
}

# 2. Put it into the Headers tab below: { "Authorization": "Bearer <accessToken>" }
# 3. Look around:
query Rooms {
  rooms(first: 10) { nodes { id slug name topic memberCount } }
}
`;

/** GraphiQL, with nothing fetched from elsewhere. The page is 9 MB, so it is read when it is first asked for. */
export const graphiql: GraphiQLOptions = {
  title: 'Parley',
  defaultQuery,
  subscriptionsProtocol: 'WS',
  isHeadersEditorEnabled: true,
  defaultEditorToolsVisibility: 'headers',
  shouldPersistHeaders: true,
};

export async function renderGraphiQL(options?: GraphiQLOptions): Promise<string> {
  const page = await import('@graphql-yoga/render-graphiql');
  return page.renderGraphiQL(options);
}
