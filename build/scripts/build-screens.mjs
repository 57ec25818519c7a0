// Builds the till and kitchen screens and the phone app into dist/, or below the folder in `--to`.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { keepFiles } from './keep-files.mjs';
import { stampScreens } from './screens-stamp.mjs';

const apps = [
  { from: 'desktop/renderer', to: 'renderer', plugins: [] },
  { from: 'mobile-companion', to: 'phone', plugins: [keepFiles()] },
];

export async function buildScreens(root, dist = join(root, 'dist')) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  process.env.VITE_FYNLO_VERSION ??= version;
  for (const { from, to, plugins } of apps) {
    const folder = join(root, from);
    await build({
      root: folder,
      configFile: join(folder, 'vite.config.ts'),
      plugins,
      build: { outDir: join(dist, to) },
      logLevel: 'warn',
    });
  }
  if (dist === join(root, 'dist')) stampScreens(root);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
  const { values } = parseArgs({ options: { to: { type: 'string' } } });
  await buildScreens(root, values.to);
}
