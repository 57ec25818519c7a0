import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/phone/',
  plugins: [react(), tailwindcss()],
  build: { outDir: '../dist/phone', emptyOutDir: true },
});
