import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/** Words that only the page has. */
const pageWords =
  'product skipToLog back nothingFound nav inbox onlyOnPage emptyRoom membersPane person ban directory find write newRoom roomMenu settings profile emoji token shortcuts notifications crash errors';

/** Icons that only the page has. */
const pageIcons =
  'accessKey addPerson back ban bell bellOff blockPerson chat compass compose hash lifebuoy radio removePerson right settings shield timer';

/** The custom properties that the widget's own sheet sets anew. */
const ownTokens = readFileSync(new URL('src/widget/widget.css', import.meta.url), 'utf8').matchAll(
  /^ {2}(--[\w-]+):/gm,
);

const oneOf = (names: string) => names.replaceAll(' ', '|');

/**
 * Leaves out the words and icons that only the page has, one by one or in groups: a bundler keeps an object whole. Of the
 * tokens, those that the widget sets itself.
 */
function withoutPartsOfThePage(): Plugin {
  const words = new RegExp(`^  (${oneOf(pageWords)}): (.*,|\\{[^]*?^  \\},)\\n`, 'gm');
  const icons = new RegExp(`^  (${oneOf(pageIcons)}):\\s+'.*',\\n`, 'gm');
  const tokens = new RegExp(`^  (${[...ownTokens].map(([, name]) => name).join('|')}): .*;\\n`, 'gm');
  const use = new RegExp(`(['"\`])(${oneOf(pageIcons)})\\1`);
  return {
    name: 'without-parts-of-the-page',
    enforce: 'pre',
    transform(code, id) {
      if (id.includes('/style/tokens.css')) return code.replace(tokens, '');
      if (/\/words\/(en|es|pt)\.ts$/.test(id)) return code.replace(words, '');
      return id.endsWith('/style/icons.ts') ? code.replace(icons, '') : null;
    },
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        const used = chunk.type === 'chunk' && use.exec(chunk.code);
        if (used) this.error(`The widget shows the icon ${used[2]}: it is not of the page alone.`);
      }
    },
  };
}

const react = fileURLToPath(new URL('src/widget/react.ts', import.meta.url));

/** Builds the widget beside the page: `widget.js`, and the languages as files of their own. React would not fit: Preact. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: false,
  logLevel: 'warn',
  resolve: {
    conditions: ['parley-source', ...defaultClientConditions],
    alias: { 'react/jsx-runtime': 'preact/jsx-runtime', 'react-dom/client': react, react },
  },
  plugins: [withoutPartsOfThePage()],
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: false,
    target: ['chrome123', 'firefox128', 'safari17.5'], // the first ones with light-dark() and relative colours
    modulePreload: false,
    reportCompressedSize: false,
    // As a library: the import of a language then needs no code of Vite's around it.
    lib: { entry: fileURLToPath(new URL('src/widget/main.ts', import.meta.url)), formats: ['es'] },
    rolldownOptions: {
      // No getter that is read has an effect. Not for writes: Preact's hooks are set by them.
      treeshake: { propertyReadSideEffects: false },
      optimization: { inlineConst: { mode: 'all', pass: 3 } },
      output: {
        entryFileNames: 'widget.js',
        chunkFileNames: 'assets/widget-[name]-[hash].js',
        minify: true,
        comments: { annotation: false }, // a library keeps them for the next bundler
      },
    },
  },
});
