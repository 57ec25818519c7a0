import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/phone/',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/phone',
    emptyOutDir: true,
    rolldownOptions: {
      input: { index: 'index.html', sw: 'service-worker/service-worker.ts' },
      output: {
        // A service worker keeps its name for ever: a browser looks for the next one there.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
