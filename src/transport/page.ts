import { BuiltFiles } from './built-files.ts';
import type { StaticFile } from './static-files.ts';

/** What tools/web-files.js says about the page: its files, and the digests of what its HTML contains. */
interface Manifest {
  madeOf: string;
  files: string[];
  scripts: string[];
  styles: string[];
}

export interface Page {
  html: StaticFile;
  /** The files that the page loads, and the widget in pages of others, by path. */
  files: Record<string, StaticFile>;
}

/** Pages of all servers may load the files: what they may do with the API is another question. */
const shared = { 'access-control-allow-origin': '*' };
/** The one file of them without a digest in its name, because host pages name it. */
const widget = 'widget.js';

/** Returns the page that people talk in. Throws if it was not built. */
export function page(): Page {
  const built = new BuiltFiles('web');
  const manifest = built.manifest<Manifest>();
  const assets = manifest.files.filter((name) => name !== 'index.html');
  const hash = manifest.madeOf.slice(0, 16);
  const headers = {
    'cache-control': 'no-cache',
    'content-security-policy': policyOf(manifest),
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  };
  return {
    html: { ...built.file('index.html'), hash, headers },
    files: Object.fromEntries(assets.map((name) => [`/${name}`, fileOf(name)])),
  };

  function fileOf(name: string): StaticFile {
    const file = built.file(name);
    if (name === widget) return { ...file, hash, headers: { ...shared, 'cache-control': 'no-cache' } };
    return { ...file, headers: { ...shared, ...file.headers } };
  }
}

/** Returns whether the page shows something at a path: the inbox, a room, the directory, or the viewer's profile. */
export function isPagePath(path: string): boolean {
  return path === '/' || path === '/rooms' || path === '/me' || /^\/[rc]\/[^/]+$/.test(path);
}

/** Allows the files of this server, and of what stands in the HTML itself only what the build put there. */
function policyOf({ scripts, styles }: Manifest): string {
  const quoted = (digests: string[]) => digests.map((digest) => ` '${digest}'`).join('');
  return [
    "default-src 'none'",
    `script-src 'self'${quoted(scripts)}`,
    `style-src 'self'${quoted(styles)}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}
