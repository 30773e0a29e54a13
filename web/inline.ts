import type { Plugin } from 'vite';

/** Puts the style sheet of the page into its HTML, so that the first paint needs one request less. */
export function inlineStyle(): Plugin {
  return {
    name: 'inline-style',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') return;
      page.source = String(page.source).replace(/<link rel="stylesheet"[^>]*href="\/([^"]+)">/g, (link, name) => {
        const sheet = bundle[name];
        if (sheet?.type !== 'asset') return link;
        delete bundle[name];
        return `<style>${String(sheet.source).trim()}</style>`;
      });
    },
  };
}
