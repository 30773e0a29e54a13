import { dirname, join } from 'node:path/posix';

/** Source files by their path from the package's root, such as `src/rooms/join.ts`. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  from: string;
  /** A path from the root, or the name of a package. */
  to: string;
}

/**
 * The layers from the top down. A file may import from its own layer and from lower ones. Folders in one line are one
 * layer.
 */
const layers = [
  ['composition'],
  ['transport'],
  ['sharing'],
  ['execution'],
  ['admin', 'sessions', 'users', 'rooms', 'moderation', 'messages', 'reading', 'presence', 'notifications', 'blocking'],
  ['access', 'log'],
  ['graphql'],
  ['live', 'bus', 'storage', 'executor'],
  ['base'],
];
const layerOfFolder = new Map(layers.flatMap((folders, layer) => folders.map((folder) => [folder, layer] as const)));
/** The same for the folders of `client/src`, from the top down. */
const clientLayers = ['entries', 'adapters', 'rooms', 'outbox', 'connection', 'base'];
/** Files at the top of `client/src` are entries, but for the types of the API and the generated documents. */
const baseOfClient = /^client\/src\/(api|documents)\.ts$/;
/** Files at the top of `src`: the first three open everything, and any file may import the type of the last. */
const folderOfRootFile: Record<string, string> = {
  'main.ts': 'composition',
  'app.ts': 'composition',
  'schema.ts': 'composition',
  'config.ts': 'base',
};
/** The engines of delivery know bytes, topics and numbered events: nothing of GraphQL, nothing of the database. */
const withoutGraphQL = ['live', 'bus'];
/**
 * What files of the client may import besides `graphql-ws`, by the first word of their names. Nothing imports these;
 * only `apollo` and `urql` import `graphql`, which holds what they share.
 */
const entries: Record<string, RegExp> = {
  apollo: /^(@apollo\/client(\/|$)|rxjs$|graphql$)/,
  graphql: /^graphql$/,
  node: /^node:/,
  react: /^react$/,
  testing: /^(ws|graphql|node:.*)$/,
  urql: /^(@urql\/|wonka$|graphql$)/,
};
/** Files that compare points in time, such as the end of a credential. */
const readWallClock = new Set(
  [
    'admin/create-session',
    'base/ids',
    'moderation/run-outs',
    'notifications/warn-before-end',
    'sessions/ends',
    'sessions/external/claims',
    'sessions/external/sign-in',
    'sessions/tokens',
    'storage/embedded/create-cluster',
    'transport/chaos',
  ].map((name) => `src/${name}.ts`),
);
const bannedName = /(^|\/)(utils?|helpers?|common|misc|types?|constants?|index)\.tsx?$/;

/** Returns every breach of the rules for the layout of the sources, each as a line that names the file. */
export function breaches(sources: Sources): string[] {
  const imports = [...sources].flatMap(([path, text]) => importsOf(path, text));
  return [
    ...imports.flatMap(layerBreach),
    ...imports.flatMap(schemaBreach),
    ...serviceBreaches(sources),
    ...imports.flatMap(embeddedBreach),
    ...imports.flatMap(clientBreach),
    ...cycles(imports).map((cycle) => `${cycle.join(' → ')} is a cycle`),
    ...cycles(importsOfFolders(imports)).map((cycle) => `the folders ${cycle.join(' → ')} are a cycle`),
    ...[...sources].flatMap(([path, text]) => fileBreaches(path, text)),
  ];
}

function importsOf(from: string, text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(?:[^;'"]*?\bfrom\s*)?['"]([^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
  return [...statements, ...dynamic].map(([, target = '']) => {
    return { from, to: target.startsWith('.') ? join(dirname(from), target) : target };
  });
}

/** Returns the folder in `src` whose layer a file belongs to. */
function folderOf(path: string): string {
  const [, folder = '', ...rest] = path.split('/');
  return rest.length > 0 ? folder : (folderOfRootFile[folder] ?? 'unknown');
}

function layerBreach({ from, to }: Import): string[] {
  if (!from.startsWith('src/')) return [];
  const above = folderOf(from);
  if (withoutGraphQL.includes(above) && (/^graphql($|-yoga|-ws|\/)/.test(to) || to.includes('/generated/'))) {
    return [`${from} imports ${to}: ${above} knows neither GraphQL nor the tables`];
  }
  if (!to.startsWith('src/') || to.includes('/generated/')) return [];
  const below = folderOf(to);
  const [layer, layerBelow] = [layerOfFolder.get(above), layerOfFolder.get(below)];
  if (layer === undefined) return [`${from} is in no layer`];
  if (layerBelow === undefined) return [`${to} is in no layer`];
  return layerBelow < layer ? [`${from} imports ${to}: ${above} is below ${below}`] : [];
}

function schemaBreach({ from, to }: Import): string[] {
  const isSchema = /^src\/(?!graphql\/)[a-z-]+\/([a-z-]+-)?(schema|mutations)\.ts$/.test(to);
  if (!isSchema || from === 'src/schema.ts' || dirname(from) === dirname(to)) return [];
  return [`${from} imports ${to}: types of other features stand in graphql/nodes.ts`];
}

function embeddedBreach({ from, to }: Import): string[] {
  const folder = 'src/storage/embedded/';
  if (!from.startsWith(folder) || to.startsWith(folder) || !/\.tsx?$/.test(to)) return [];
  return [`${from} imports ${to}: embedded imports nothing outside its folder`];
}

/** The client's package knows nothing of the server, and its core nothing of a framework or of Node.js. */
function clientBreach({ from, to }: Import): string[] {
  const [, name = ''] = /^client\/src\/(?:.+\/)?(.+)\.tsx?$/.exec(from) ?? [];
  if (!name) return [];
  if (to.includes('/') && /^(src|test|tools|prisma|client\/test)\//.test(to)) {
    return [`${from} imports ${to}: the package stands alone`];
  }
  const [above, below] = [from, to].map((path) => clientLayers.indexOf(clientFolderOf(path)));
  if (above !== undefined && below !== undefined && below >= 0 && below < above) {
    return [`${from} imports ${to}: ${clientFolderOf(from)} is below ${clientFolderOf(to)}`];
  }
  const allowed = /^(?:\.|client\/|graphql-ws$|parley-client$)/;
  const own = entries[/^[a-z]+/.exec(name)?.[0] ?? ''];
  if (/\.tsx?$/.test(to)) {
    const [, below = ''] = /^client\/src\/(?:.+\/)?([a-z]+)/.exec(to) ?? [];
    const isShared = below === 'graphql' && /^(apollo|urql)/.test(name);
    const isApart = entries[below] !== undefined && !name.startsWith(below) && !isShared;
    return isApart ? [`${from} imports ${to}: an entry is imported by nothing`] : [];
  }
  return allowed.test(to) || own?.test(to) ? [] : [`${from} imports ${to}: the core needs graphql-ws alone`];
}

function clientFolderOf(path: string): string {
  const [, folder = ''] = /^client\/src\/([^/]+)/.exec(path) ?? [];
  if (baseOfClient.test(path)) return 'base';
  return /\.tsx?$/.test(folder) ? 'entries' : folder;
}

/**
 * Returns the uses of services that a higher layer declares. Declaration merging makes their types visible everywhere,
 * so no import shows such a use.
 */
function serviceBreaches(sources: Sources): string[] {
  const folders = new Map<string, string>();
  for (const [path, text] of sources) for (const name of servicesDeclaredIn(text)) folders.set(name, folderOf(path));
  return [...sources].flatMap(([path, text]) => {
    const layer = path.startsWith('src/') ? layerOfFolder.get(folderOf(path)) : undefined;
    return [...servicesUsedIn(text)].flatMap((name) => {
      const above = folders.get(name) ?? '';
      const isAbove = layer !== undefined && (layerOfFolder.get(above) ?? layer) < layer;
      return isAbove ? [`${path} uses services.${name}: ${folderOf(path)} is below ${above}`] : [];
    });
  });
}

function servicesDeclaredIn(text: string): string[] {
  const [, members = ''] = /declare module '[^']*context\.ts' \{\s*interface Services \{([^}]*)\}/.exec(text) ?? [];
  return [...members.matchAll(/^\s*(\w+)\??:/gm)].map(([, name = '']) => name);
}

/** Returns the names of services after `services.`, in destructuring patterns, and in `Pick<Services, …>`. */
function servicesUsedIn(text: string): Set<string> {
  const pattern = String.raw`\{((?:[^{}]|\{[^{}]*\})*)\}`;
  const patterns = [
    ...text.matchAll(new RegExp(String.raw`${pattern}\s*=\s*[\w.]*\bservices\b`, 'g')),
    ...text.matchAll(new RegExp(String.raw`\bservices: ${pattern}`, 'g')),
  ];
  const names = patterns.flatMap(([, inner = '']) =>
    inner
      .replace(/\{[^{}]*\}/g, '')
      .split(',')
      .map(nameIn),
  );
  const members = text.matchAll(/\bservices\s*\.\s*(\w+)/g);
  const picked = text.matchAll(/\bPick<Services,([^>]*)>/g);
  return new Set([
    ...names,
    ...[...members].map(([, name = '']) => name),
    ...[...picked].flatMap(([, inner = '']) => [...inner.matchAll(/'(\w+)'/g)].map(([, name = '']) => name)),
  ]);
}

function nameIn(property: string): string {
  return /\w+/.exec(property)?.[0] ?? '';
}

function fileBreaches(path: string, text: string): string[] {
  const readsEnvironment = path.startsWith('src/') && path !== 'src/config.ts' && /\bprocess\s*\.\s*env\b/.test(text);
  const readsWallClock = path.startsWith('src/') && !readWallClock.has(path) && /\bDate\.now\b/.test(text);
  return [
    ...(readsWallClock ? [`${path} reads Date.now, which may be set back: a duration needs performance.now`] : []),
    ...(readsEnvironment ? [`${path} reads process.env: only src/config.ts does`] : []),
    ...(bannedName.test(path) && path !== 'client/src/index.ts' ? [`${path} has a name that says nothing`] : []),
    ...(/^export \*/m.test(text) ? [`${path} exports what it does not define`] : []),
  ];
}

/** Returns the imports between the folders at the top of `src`. */
function importsOfFolders(imports: readonly Import[]): Import[] {
  const inside = imports.filter(({ from, to }) => /^src\/.*\.tsx?$/.test(to) && from.startsWith('src/'));
  const between = inside.map(({ from, to }) => ({ from: folderOf(from), to: folderOf(to) }));
  return between.filter(({ from, to }) => from !== to && to !== 'generated');
}

/** Files, or folders, that import each other in a circle; imports of types count. */
function cycles(imports: readonly Import[]): string[][] {
  const needs = new Map<string, string[]>();
  for (const { from, to } of imports) needs.set(from, [...(needs.get(from) ?? []), to]);
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    for (const next of needs.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of needs.keys()) visit(path, []);
  return found;
}
