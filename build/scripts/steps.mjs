import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** What must hold before any test is worth running; the same list on every machine. */
const checks = [
  ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['types', 'tsc', '-b'],
  ['unused', 'knip', '--no-progress'],
];

/** Runs a tool of node_modules/.bin and says whether it was content. */
export function runTool(name, args, env = {}) {
  const bin = join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
  const path = `${dirname(process.execPath)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
  const done = spawnSync(bin, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, ...env },
    shell: process.platform === 'win32',
  });
  return done.status === 0;
}

/** @returns the names of the checks that failed, of all that ran. */
export function runChecks() {
  const failed = [];
  for (const [title, tool, ...args] of checks) {
    const started = Date.now();
    const passed = runTool(tool, args);
    console.log(`${passed ? '✓' : '✗'} ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    if (!passed) failed.push(title);
  }
  return { ran: checks.length, failed };
}
