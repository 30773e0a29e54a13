import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';
import { inlineStyle } from './inline.ts';

/** Small modules that import nothing of the page that the first file has; else, the two files would import each other. */
const shared =
  /web\/src\/(app\/(keep|late|screen)|people\/room-name|log\/(plain-text|copy)|room\/end-of|emoji\/last-emoji)\.tsx?$/;

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
      // One file for what almost every file needs: each of them in its own costs 100 bytes.
      output: { codeSplitting: { groups: [{ name: 'shared', test: shared }] } },
      // 'use client' of parley-client/react is for frameworks that render on servers
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
    },
  },
  plugins: [inlineStyle()],
});
