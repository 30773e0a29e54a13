import { dirname, join } from 'node:path/posix';

/** Source files by their path from the package's root, such as `src/rooms/join.ts`. */
export type Sources = ReadonlyMap<string, string>;

interface Import {
  from: string;
  to: string;
  /** `import type …`: nothing of it is there at run time, while of `import { type … }` an empty import is. */
  isType: boolean;
}

const features = ['sessions', 'users', 'rooms', 'messages', 'reading', 'timeline', 'presence', 'notifications'];
const engines = ['live', 'storage'];
/** Root files that put everything together; the others are the kernel, which every feature may use. */
const composition = ['src/app.ts', 'src/main.ts', 'src/schema.ts'];
/** Kernel files that name types of features, because they say what a resolver receives and what happens in rooms. */
const namesTypesOfFeatures = ['src/context.ts', 'src/events.ts'];
const banned = /(^|\/)(utils?|helpers?|common|misc|types?|constants?|index)\.tsx?$/;

/** Every breach of the rules by which the sources are laid out, each in a line that names the file. */
export function breaches(sources: Sources): string[] {
  const imports = [...sources].flatMap(([path, text]) => importsOf(path, text));
  return [
    ...imports.flatMap(layerBreach),
    ...imports.flatMap(schemaBreach),
    ...cycles(imports).map((cycle) => `${cycle.join(' → ')} is a cycle`),
    ...[...sources].flatMap(([path, text]) => fileBreaches(path, text)),
  ];
}

function importsOf(from: string, text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+([^;'"]*?\bfrom\s*)?['"](\.[^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*()['"](\.[^'"]+)['"]/g);
  return [...statements, ...dynamic].flatMap(([, clause = '', target = '']) => {
    const to = join(dirname(from), target);
    return to.includes('/generated/') ? [] : [{ from, to, isType: /^type\b/.test(clause) }];
  });
}

/** The folder in `src`; `kernel` or `composition` for the files that are in none. */
function layerOf(path: string): string {
  const [, folder = '', ...rest] = path.split('/');
  if (rest.length > 0) return folder;
  return composition.includes(path) ? 'composition' : 'kernel';
}

function layerBreach({ from, to, isType }: Import): string[] {
  if (!from.startsWith('src/')) return [];
  const [above, below] = [layerOf(from), layerOf(to)];
  const breach = (why: string) => [`${from} imports ${to}: ${why}`];
  if (above === 'composition') return [];
  if (below === 'composition') return breach('what is put together does not know who does so');
  if (engines.includes(above) && !engines.includes(below)) return breach(`${above} knows nothing of chat`);
  if (below === 'server' && above !== 'server') return breach('nothing but the composition knows the server');
  const isNamed = isType && namesTypesOfFeatures.includes(from);
  if (above === 'kernel' && features.includes(below) && !isNamed) return breach('the kernel knows no feature');
  return [];
}

function schemaBreach({ from, to }: Import): string[] {
  const isSchema = to.endsWith('schema.ts') && layerOf(to) !== 'composition';
  if (!isSchema || from === 'src/schema.ts' || dirname(from) === dirname(to)) return [];
  return [`${from} imports ${to}: types of other features go by their node.ts`];
}

function fileBreaches(path: string, text: string): string[] {
  const readsEnvironment = path.startsWith('src/') && path !== 'src/config.ts' && /\bprocess\s*\.\s*env\b/.test(text);
  return [
    ...(readsEnvironment ? [`${path} reads process.env: only src/config.ts does`] : []),
    ...(banned.test(path) ? [`${path} has a name that says nothing`] : []),
    ...(/^export \*/m.test(text) ? [`${path} hands on what it does not define`] : []),
  ];
}

/** Files that need each other before they can run. */
function cycles(imports: readonly Import[]): string[][] {
  const needs = new Map<string, string[]>();
  for (const { from, to, isType } of imports) if (!isType) needs.set(from, [...(needs.get(from) ?? []), to]);
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
