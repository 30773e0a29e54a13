import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';
import { inlineStyle } from './inline.ts';

const entry = fileURLToPath(new URL('src/main.tsx', import.meta.url));
const atStart = new Set<string>();

/**
 * One file for what the page starts with: each file in its own costs 100 bytes. Not the entry itself: it waits for a
 * language, which imports some of this.
 */
function startOf(id: string, modules: { getModuleInfo(id: string): { importedIds: string[] } | null }) {
  if (atStart.size === 0) addImports(entry);
  return id !== entry && atStart.has(id) ? 'start' : null;

  function addImports(from: string) {
    if (atStart.has(from)) return;
    atStart.add(from);
    modules.getModuleInfo(from)?.importedIds.forEach(addImports);
  }
}

/** Builds the page into dist/web. JSX needs no plugin: React Refresh is not used. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  resolve: { conditions: ['parley-source', ...defaultClientConditions] }, // the client's sources, which need no build
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'], // the first ones with light-dark()
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: startOf, debugName: 'start' }] } },
      // 'use client' of parley-client/react is for frameworks that render on servers
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
    },
  },
  plugins: [inlineStyle()],
});
