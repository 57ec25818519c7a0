import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const sources = [
  'desktop/renderer',
  'mobile-companion',
  'shared/ui',
  'shared/client',
  'shared/domain',
  'shared/protocol/wire',
  'build/scripts/build-screens.mjs',
  'build/scripts/keep-files.mjs',
  'package.json',
  'package-lock.json',
];
const stamp = 'dist/.built-from';

/** Whether the screens in dist/ were built from the sources as they are now. */
export function screensAreCurrent(root) {
  const path = join(root, stamp);
  return existsSync(path) && readFileSync(path, 'utf8') === fingerprint(root);
}

export function stampScreens(root) {
  const path = join(root, stamp);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, fingerprint(root));
}

/** Names, sizes and times rather than contents: asked at every start, and a rebuild is cheap. */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const source of sources) addPath(hash, join(root, source), source);
  return hash.digest('hex');
}

function addPath(hash, path, name) {
  const found = statSync(path);
  if (!found.isDirectory()) {
    hash.update(`${name}:${found.size}:${found.mtimeMs}\n`);
    return;
  }
  for (const entry of readdirSync(path).toSorted()) {
    if (entry === 'node_modules' || entry === 'e2e' || entry.includes('.test.')) continue;
    addPath(hash, join(path, entry), `${name}/${entry}`);
  }
}
