import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type GraphiQLFiles, graphiqlFiles } from './graphiql-files.ts';
import { tour, tourVariables } from './graphiql-tour.ts';
import { type Encoding, forEver, type StaticFile } from './static-files.ts';

/** GraphiQL for new users; it loads nothing from other servers. */
const options = {
  title: 'Parley',
  subscriptionsProtocol: 'WS',
  isHeadersEditorEnabled: true,
  defaultEditorToolsVisibility: 'variables',
  shouldPersistHeaders: true,
};

/**
 * Starts GraphiQL when its script is loaded, and sets the addresses of its workers, in the same folder as this script.
 *
 * Users need not copy tokens: the page keeps the access token of the last guest in memory, and sends it unless the user typed
 * an Authorization header.
 *
 * The first visit shows the tour and its variables. Later visits show what the user wrote last. GraphiQL's own option for a
 * first text is not used: it has no variables, and after a reload the tab is empty.
 */
const start = (workers: Record<string, string>) => `
const beside = document.currentScript.src;
const workers = ${JSON.stringify(workers)};
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => new URL(workers[label], beside).href,
};
let token;
const { fetch } = globalThis;
globalThis.fetch = async (...request) => {
  const response = await fetch(...request);
  const body = await response.clone().json().catch(() => null);
  token = body?.data?.createGuestSession?.accessToken ?? token;
  return response;
};
const isTyped = (headers) => Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'authorization');
addEventListener('DOMContentLoaded', () => {
  YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
    ...${JSON.stringify(options)},
    additionalHeaders: ({ extensions }) =>
      token && !isTyped(extensions?.headers) ? { Authorization: 'Bearer ' + token } : {},
    connectionParams: () => ({ token }),
    query: localStorage.getItem('graphiql:query') ?? ${JSON.stringify(tour)},
    variables: localStorage.getItem('graphiql:variables') ?? ${JSON.stringify(tourVariables)},
  });
});
`;

/** URLs are relative, so that the page works also below the path of a proxy. */
const html = (at: (plain: string) => string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${options.title}</title>
<link rel="icon" href="${at('favicon.ico')}">
<link rel="stylesheet" href="${at('graphiql.css')}">
<script defer src="${at('start.js')}"></script>
<script defer src="${at('graphiql.js')}"></script>
</head>
<body id="body" class="no-focus-outline">
<noscript>You need to enable JavaScript to run this app.</noscript>
<div id="root"></div>
</body>
</html>
`;

/** Allows scripts of this server alone. The editor writes styles into the page; its style sheet contains fonts and images. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface GraphiQL {
  page: StaticFile;
  /** The files that the page loads, by path. */
  files: Record<string, StaticFile>;
}

const folder = 'graphiql';

/** Makes the page and its files. Throws if GraphiQL was not built. */
export function graphiql(): GraphiQL {
  const built = graphiqlFiles();
  const script = startScript(built);
  const all: GraphiQLFiles = { ...built, 'start.js': { name: `start.${script.hash}.js`, file: script } };
  const page = inMemory(
    html((plain) => `${folder}/${all[plain]?.name}`),
    'text/html; charset=utf-8',
  );
  const headers = { 'cache-control': 'no-cache', 'content-security-policy': policy, 'referrer-policy': 'no-referrer' };
  return {
    page: { ...page, headers },
    files: Object.fromEntries(Object.values(all).map(({ name, file }) => [`/${folder}/${name}`, file])),
  };
}

/** Returns whether a browser opens the URL as a page. */
export function isPageVisit({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html');
}

function startScript(built: GraphiQLFiles): StaticFile {
  const worker = (plain: string) => built[plain]?.name ?? '';
  const workers = {
    editorWorkerService: worker('editor-worker.js'),
    json: worker('json-worker.js'),
    graphql: worker('graphql-worker.js'),
  };
  return { ...inMemory(start(workers), 'text/javascript; charset=utf-8'), headers: forEver };
}

function inMemory(text: string, type: string): StaticFile {
  const plain = Buffer.from(text);
  const versions: Record<Encoding, Buffer> = { identity: plain, gzip: gzipSync(plain), br: brotliCompressSync(plain) };
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 16);
  return { type, hash, bytes: async (encoding) => versions[encoding] };
}
