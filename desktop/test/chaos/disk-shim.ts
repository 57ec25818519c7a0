import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sayAloud, type Say } from './report.ts';

const source = fileURLToPath(new URL('disk-shim.c', import.meta.url));
let built: { readonly library: string | undefined } | undefined;

/**
 * The shim, compiled once for this process into a folder that goes with it.
 * @returns its path, or `undefined`, said aloud, where it cannot be made.
 */
export function diskShim(say: Say = sayAloud): string | undefined {
  built ??= { library: build(say) };
  return built.library;
}

function build(say: Say): string | undefined {
  if (process.platform !== 'linux') {
    say('SKIPPED: faults of the disk need Linux, whose loader lets a shim stand before the disk.');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'fynlo-shim-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const library = join(folder, 'disk-shim.so');
  const flags = ['-O2', '-Wall', '-shared', '-fPIC', '-o', library, source, '-ldl', '-lpthread'];
  const done = spawnSync('cc', flags, { encoding: 'utf8' });
  if (done.status === 0) return library;
  say(`SKIPPED: faults of the disk need a C compiler called cc. ${done.stderr ?? ''}`.trim());
  return undefined;
}

export interface DiskFault {
  /** The call that fails, counted from 1 over those of its kind. */
  readonly at: number;
  /** Writes, truncations and syncs of the database, or one of these. */
  readonly of: 'call' | 'write' | 'truncate' | 'sync';
  readonly error: 'EIO' | 'ENOSPC';
}

export interface ShimPlan {
  readonly library: string;
  readonly dataFolder: string;
  readonly record?: string;
  readonly fault?: DiskFault | undefined;
}

/** The environment that puts the shim before a process's disk. */
export function shimEnv({ library, dataFolder, record, fault }: ShimPlan): Record<string, string> {
  return {
    LD_PRELOAD: library,
    CHAOS_FOLDER: dataFolder,
    ...(record !== undefined && { CHAOS_LOG: record }),
    ...(fault && {
      CHAOS_FAIL_AT: String(fault.at),
      ...(fault.of !== 'call' && { CHAOS_FAIL_OF: fault.of }),
      CHAOS_FAIL_ERRNO: String(constants.errno[fault.error]),
    }),
  };
}

const kinds = [
  'nothing',
  'created',
  'wrote',
  'truncated',
  'synced',
  'folder-synced',
  'unlinked',
  'says',
  'said',
  'failed',
] as const;
const files = ['', 'fynlo.db', 'fynlo.db-wal', 'fynlo.db-journal', '.'] as const;

/** One thing the process did, in the order it did them. See `disk-shim.c`. */
export interface DiskRecord {
  readonly kind: (typeof kinds)[number];
  readonly file: (typeof files)[number];
  /** For `says` and `said`: the other end's port. */
  readonly port: number;
  /** An offset, a size, how much was said, or the number of the call that failed. */
  readonly at: number;
  readonly bytes: Buffer;
}

const headSize = 16;

export function readDiskRecords(path: string): DiskRecord[] {
  const log = readFileSync(path);
  const records: DiskRecord[] = [];
  let at = 0;
  // A process that was killed may have left its last record unfinished.
  while (at + headSize <= log.length) {
    const length = log.readUInt32LE(at + 4);
    const end = at + headSize + length;
    if (end > log.length) break;
    records.push({
      kind: kinds[log[at] ?? 0] ?? 'nothing',
      file: files[log[at + 1] ?? 0] ?? '',
      port: log.readUInt16LE(at + 2),
      at: Number(log.readBigUInt64LE(at + 8)),
      bytes: log.subarray(at + headSize, end),
    });
    at = end;
  }
  return records;
}
