// `npm start`: builds the screens when their sources changed, then runs the hub.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { screensAreCurrent } from './screens-stamp.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

if (!screensAreCurrent(root)) {
  console.log('Building the screens …');
  const { buildScreens } = await import('./build-screens.mjs');
  await buildScreens(root);
}
await import('../../desktop/hub/cli.ts');
