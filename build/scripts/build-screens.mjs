// Builds the till and kitchen screens and the phone app into dist/.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { stampScreens } from './screens-stamp.mjs';

export async function buildScreens(root) {
  for (const app of ['desktop/renderer', 'mobile-companion']) {
    const folder = join(root, app);
    await build({ root: folder, configFile: join(folder, 'vite.config.ts'), logLevel: 'warn' });
  }
  stampScreens(root);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildScreens(join(dirname(fileURLToPath(import.meta.url)), '../..'));
}
