import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

const worker = 'sw.js';
const placeholder = '__FYNLO_KEPT_FILES__';

/**
 * A Vite plugin that tells the phone's service worker which files make up this version. It reads
 * the folder as the hub will serve it, so that what is copied there counts like what is bundled.
 */
export function keepFiles() {
  let folder;
  let base;
  return {
    name: 'fynlo-keep-files',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
      base = config.base;
    },
    generateBundle(_options, bundle) {
      // As a classic script it can import nothing, which every browser with workers understands.
      const { imports = [], dynamicImports = [] } = bundle[worker] ?? {};
      const shared = [...imports, ...dynamicImports];
      if (shared.length > 0)
        this.error(`${worker} shares ${shared.join(', ')} with the app. Give it its own.`);
    },
    writeBundle() {
      fillIn(folder, base);
    },
  };
}

function fillIn(folder, base) {
  const path = join(folder, worker);
  const code = readFileSync(path, 'utf8');
  if (code.split(placeholder).length !== 2) {
    throw new Error(`${worker} must have one ${placeholder}, for the list of its files.`);
  }
  const files = filesBelow(folder)
    .filter((name) => name !== worker)
    .map((name) => {
      const hash = createHash('sha256').update(readFileSync(join(folder, name)));
      // The page is kept under the address it is asked for.
      return [base + (name === 'index.html' ? '' : name), `sha256-${hash.digest('base64')}`];
    });
  const version = createHash('sha256').update(JSON.stringify(files)).update(code).digest('hex');
  const kept = JSON.stringify({ version: version.slice(0, 12), files });
  writeFileSync(
    path,
    code.replace(placeholder, () => kept),
  );
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
}
