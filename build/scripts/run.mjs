// The first thing every npm script runs: `node build/scripts/run.mjs <task> [args]`.
// It needs nothing installed and any Node from 18 on. In turn it
// 1. installs the packages when they are missing or the lock file has changed,
// 2. hands the task to the project's own Node 24 (the system's may be older).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const nodeWanted = 24;

const tasks = {
  start: 'build/scripts/start.mjs',
  verify: 'desktop/hub/verify.ts',
  build: 'build/scripts/build-screens.mjs',
  check: 'build/scripts/check.mjs',
  test: 'build/scripts/test.mjs',
  bench: 'desktop/bench/bench.ts',
  rush: 'desktop/bench/rush.ts',
  simulate: 'desktop/test/simulation/simulate.ts',
  'wire-hash': 'build/scripts/wire-hash.ts',
  chaos: 'desktop/test/chaos/chaos.ts',
  screens: 'desktop/test/screens/take-screens.ts',
};

const [task = '', ...args] = process.argv.slice(2);
const script = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
if (!script) stop(`There is no task “${task}”. Tasks: ${Object.keys(tasks).join(', ')}.`);

installWhenNeeded();
const child = spawn(projectNode(), [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

function installWhenNeeded() {
  const stamp = join(root, 'node_modules/.cache/fynlo-installed');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing what Fynlo needs. This takes a minute, the first time only …');
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  const done = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: !npm && process.platform === 'win32',
  });
  if (done.status !== 0)
    stop('The packages could not be installed. Check the internet connection and try again.');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/** Node 24: from node_modules where a package brings it, else the system's when it is new enough. */
function projectNode() {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const own = join(root, 'node_modules', packaged, 'bin', binary);
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= nodeWanted) return process.execPath;
  return stop(
    `Fynlo runs on Node ${nodeWanted}, and this is ${process.versions.node}. Install Node ${nodeWanted} from nodejs.org and try again.`,
  );
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
