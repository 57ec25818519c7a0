import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder of screens that a hub serves, and that is brought to a newer version under its feet. */
export class ServedVersions {
  readonly folder = mkdtempSync(join(tmpdir(), 'fynlo-screens-'));

  constructor() {
    if (!existsSync(join(root, 'dist/phone/sw.js'))) throw new Error('Type npm run build first.');
    cpSync(join(root, 'dist'), this.folder, { recursive: true });
  }

  /** Builds the screens once more, as `version`, and puts them in place of the ones served. */
  bringTo(version: string): void {
    const next = mkdtempSync(join(tmpdir(), 'fynlo-screens-next-'));
    const script = join(root, 'build/scripts/build-screens.mjs');
    const built = spawnSync(process.execPath, [script, '--to', next], {
      env: { ...process.env, VITE_FYNLO_VERSION: version },
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(built.stderr);
    rmSync(this.folder, { recursive: true });
    renameSync(next, this.folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
