import { readdirSync } from 'node:fs';
import { defineConfig } from 'vite';

// Each page of this folder: `npx vite` serves them, `npx vite build` writes them to dist.
const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.html'));

export default defineConfig({ base: './', build: { target: 'es2022', rollupOptions: { input: pages } } });
