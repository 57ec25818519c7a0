import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCommandLine } from '../hub/config/config.ts';
import { openDatabase } from '../hub/db/open-database.ts';

const cli = fileURLToPath(new URL('../hub/cli.ts', import.meta.url));
const sample = fileURLToPath(new URL('../../shared/sample-restaurant/menu.csv', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fynlo-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { timeout: 15_000 }, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });
}

/** One sentence for a person and no trace of the program. */
function expectSentence({ code, err }: Ended, part: string): void {
  expect(code).toBeGreaterThan(0);
  expect(err).toContain(part);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).not.toMatch(/\.ts:|at /);
}

test('[H1] --help tells every option, and a wrong one is named', async () => {
  const help = await run('--help');
  expect(help.code).toBe(0);
  for (const option of ['--data', '--port', '--demo', '--empty', '--no-mdns']) {
    expect(help.out).toContain(option);
  }
  expectSentence(await run('--prot', '80'), '--prot');
  expectSentence(await run('--port', 'eighty'), 'whole number');
  expectSentence(await run('--demo', '--empty'), 'not both');
  expectSentence(await run('menu', 'eat'), 'not a command');
});

test('[H1] a folder that cannot be written to is said in a sentence', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  expectSentence(
    await run('--data', join(file, 'below'), '--port', '0', '--no-mdns'),
    '--data DIR',
  );
});

test('[H1] a database of a newer version is left alone', async () => {
  const data = join(folder, 'newer');
  const path = join(data, 'fynlo.db');
  const db = openDatabase(path);
  db.pragma('user_version = 99');
  db.close();
  expectSentence(await run('--data', data, '--port', '0', '--no-mdns'), 'newer Fynlo');
  const after = new Database(path, { readonly: true });
  expect(after.pragma('user_version', { simple: true })).toBe(99);
  after.close();
});

test('[H1] a damaged database, or somebody else’s, is never replaced by an empty one', async () => {
  const damaged = join(folder, 'damaged');
  openDatabase(join(damaged, 'fynlo.db')).close();
  const garbage = Buffer.alloc(8192, 'not a database');
  writeFileSync(join(damaged, 'fynlo.db'), garbage);
  expectSentence(await run('--data', damaged, '--port', '0', '--no-mdns'), 'is damaged');
  expect(readFileSync(join(damaged, 'fynlo.db')).equals(garbage)).toBe(true);

  const foreign = join(folder, 'foreign');
  openDatabase(join(foreign, 'x.db')).close();
  const other = new Database(join(foreign, 'fynlo.db'));
  other.exec('CREATE TABLE recipes (name TEXT)');
  other.close();
  expectSentence(await run('--data', foreign, '--port', '0', '--no-mdns'), 'not a Fynlo database');
});

test('[M3] the menu by command line: checked, imported and exported the same', async () => {
  const data = join(folder, 'menu');
  const checked = await run('menu', 'check', sample);
  expect(checked).toMatchObject({ code: 0, err: '' });
  const bad = join(folder, 'bad.csv');
  writeFileSync(bad, readFileSync(sample, 'utf8').replace(',6.50,', ',six,'));
  const refused = await run('menu', 'check', bad);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/line 7, price: “six”/);
  expect((await run('menu', 'import', bad, '--data', data)).err).toContain('Nothing was imported');
  expect((await run('menu', 'import', sample, '--data', data)).out).toContain(
    'Imported 194 products',
  );
  expect((await run('menu', 'export', '--data', data)).out).toBe(readFileSync(sample, 'utf8'));
});

test('[H1] settings come from the command line with sound defaults', () => {
  expect(readCommandLine(['--port', '81', '--empty'], {})).toMatchObject({
    run: 'start',
    config: { port: 81, beginWith: 'empty', connectionsMax: 100, connectionsPerDeviceMax: 5 },
  });
});
