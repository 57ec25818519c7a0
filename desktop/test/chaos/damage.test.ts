import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HubProcess } from '../hub-process.ts';
import { runDamage, runOlderCopy } from './damage.ts';
import { readHubFile } from './hub-file.ts';
import { sayAloud as say } from './report.ts';
import { agreeInTestMs as agreeMs } from './settle.ts';

test('[H14] flipped bits and cut files: no event is ever taken for another', async () => {
  const { wrong, figures } = await runDamage({
    seed: 1,
    flips: 60,
    truncations: 8,
    commands: 120,
    say,
  });
  expect(wrong).toEqual([]);
  expect(figures['flip: said on opening']).toBeGreaterThan(5);
});

test('[H7] an older copy in place of the file is noticed by every client that knows more', async () => {
  const { wrong, figures } = await runOlderCopy({ seed: 1, how: 'older copy', agreeMs, say });
  expect(wrong).toEqual([]);
  expect(figures['without an answer then']).toBeGreaterThan(0);
});

test('[H14] a database file without its WAL is never taken for a new restaurant', async () => {
  const hub = await HubProcess.open();
  try {
    const before = readHubFile(hub.folder).events;
    await hub.kill();
    rmSync(join(hub.folder, 'fynlo.db-wal'));
    await hub.start();
    await hub.kill();
    expect(readHubFile(hub.folder).events).toEqual(before);
    expect(before.length).toBeGreaterThan(2);
  } finally {
    await hub.stop();
  }
});
