import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@fynlo/testing/surroundings';
import { HubProcess } from '../hub-process.ts';
import { complaints, judge } from './judge.ts';
import { figuresText, sayAloud, type Ran, type Say } from './report.ts';
import { settle } from './settle.ts';
import { pause, Staff } from './staff.ts';

export interface FullDiskPlan {
  readonly seed: number;
  /** How often the disk is filled and freed again. */
  readonly times: number;
  readonly fullMs: number;
  /** How soon after the last fault all must agree. */
  readonly agreeMs: number;
  readonly say: Say;
}

/** Room for what a long run writes itself. */
const sizeMb = 48;

/** A disk of a few megabytes, in memory. Only root may mount one. */
export class SmallDisk {
  readonly folder: string;
  readonly #unmount = () => this.remove();

  private constructor(folder: string) {
    this.folder = folder;
    process.once('exit', this.#unmount);
  }

  /** @returns `undefined`, said aloud, where it may not be mounted. */
  static mount(say: Say = sayAloud): SmallDisk | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'fynlo-small-'));
    const args = ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder];
    const done = spawnSync('mount', args, { encoding: 'utf8' });
    if (done.status === 0) return new SmallDisk(folder);
    rmSync(folder, { recursive: true, force: true });
    say(`SKIPPED: a full disk needs a small one to be mounted, as root on Linux. ${done.stderr}`);
    return undefined;
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Somebody else's file takes every byte that is left. */
  fill(): void {
    const file = openSync(join(this.folder, 'holiday-film'), 'a');
    const block = Buffer.alloc(64 * 1024);
    try {
      for (let size = block.length; size >= 1;) {
        try {
          writeSync(file, block, 0, size);
        } catch {
          size = Math.floor(size / 2);
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    unlinkSync(join(this.folder, 'holiday-film'));
  }

  remove(): void {
    process.off('exit', this.#unmount);
    spawnSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Another file fills the hub's disk during service, and is deleted again. */
export async function runFullDisk(disk: SmallDisk, plan: FullDiskPlan): Promise<Ran> {
  const hub = await HubProcess.open({ folder: join(disk.folder, 'data') });
  const random = seededRandom(plan.seed);
  const staff = await Staff.open(hub, { waiters: 4, tills: 1, kitchens: 2, random });
  const pid = hub.pid();
  const wrong: string[] = [];
  const refused = () =>
    staff.devices.reduce((sum, { heard }) => sum + (heard.get('cannot-now') ?? 0), 0);
  let slowestMs = 0;
  let waitedMost = 0;
  let freeMost = 0;
  try {
    for (let time = 0; time < plan.times; time++) {
      const before = refused();
      staff.work(40);
      await pause(300);
      disk.fill();
      freeMost = Math.max(freeMost, disk.freeBytes());
      const fullUntil = performance.now() + plan.fullMs;
      while (performance.now() < fullUntil || refused() === before) {
        if (performance.now() > fullUntil + plan.agreeMs) break;
        disk.fill();
        await pause(50);
      }
      if (refused() === before) wrong.push('nothing was refused while the disk was full');
      const away = staff.devices.filter((device) => !device.isLive());
      if (away.length > 0)
        wrong.push(`${away.length} screens lost the hub while its disk was full`);
      const unsent = staff.devices.reduce((sum, { client }) => sum + client.status().unsent, 0);
      waitedMost = Math.max(waitedMost, unsent);
      if (unsent === 0) wrong.push('nothing waited for space');
      await staff.rest();
      disk.free();
      const settled = await settle(staff.devices, plan.agreeMs);
      slowestMs = Math.max(slowestMs, settled.tookMs);
      wrong.push(...settled.late);
    }
    if (hub.pid() !== pid || !hub.isRunning()) wrong.push('the hub did not stay up');
    await hub.kill();
    const verdict = judge(hub.folder, staff.devices);
    const figures = {
      'times full': plan.times,
      'bytes free at most': freeMost,
      'refused for now': refused(),
      'waiting for space at most': waitedMost,
      answered: verdict.answered,
      lost: verdict.lost.length,
      doubled: verdict.doubled.length,
      'drained without restart at most after ms': slowestMs,
    };
    plan.say(`full disk: ${figuresText(figures)}`);
    return { figures, wrong: [...wrong, ...complaints(verdict)] };
  } finally {
    await staff.close();
    await hub.stop();
  }
}
