import { afterAll, expect, test } from 'vitest';
import { runFullDisk, SmallDisk } from './full-disk.ts';
import { sayAloud as say } from './report.ts';
import { agreeInTestMs as agreeMs } from './settle.ts';

const disk = SmallDisk.mount();
afterAll(() => disk?.remove());

test.skipIf(!disk)(
  '[H4] a full disk refuses for now, screens stay, and space alone is enough to go on',
  async () => {
    if (!disk) return;
    const { wrong } = await runFullDisk(disk, { seed: 1, times: 1, fullMs: 800, agreeMs, say });
    expect(wrong).toEqual([]);
  },
  600_000,
);
