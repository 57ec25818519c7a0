import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { v7 as uuidv7 } from 'uuid';

/** One change a reader saw: which, and that it arrived. */
export type OnArrival = (key: string) => void;

export interface Writer {
  /** Resolves when the order is acknowledged. */
  place(id: string): Promise<void>;
  /** Resolves when the status update is acknowledged. */
  update(id: string): Promise<void>;
  close(): void;
}

export interface Reader {
  close(): void;
}

/** Something that takes orders in a process of its own: the reference or the hub. */
export interface RunningTarget {
  readonly pid: number;
  connectWriter(): Promise<Writer>;
  connectReader(onArrival: OnArrival): Promise<Reader>;
  /** Marks a place in the history; the returned call connects from there and waits until current. */
  markPosition(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export interface Target {
  readonly name: string;
  start(): Promise<RunningTarget>;
}

export function placeKey(id: string): string {
  return id;
}
export function updateKey(id: string): string {
  return `${id}u`;
}
export function newOrderId(): string {
  return uuidv7();
}

export interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The words after `listening` on the first line. */
  readonly said: readonly string[];
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server script on a folder, an empty one unless told otherwise, and waits until it listens. */
export async function spawnServer(
  script: string,
  args: readonly string[],
  folder = mkdtempSync(join(tmpdir(), 'fynlo-bench-')),
): Promise<Spawned> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const preload = process.env['BENCH_PRELOAD'];
  const child = spawn(process.execPath, [path, '--data', join(folder, 'bench.db'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: preload ? { ...process.env, LD_PRELOAD: preload } : process.env,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await firstLine(child);
  return {
    ended,
    child,
    pid: child.pid ?? 0,
    said: line.split(' ').slice(1),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const line = text.split('\n').find((candidate) => candidate.startsWith('listening '));
      if (line) resolve(line);
    });
    child.once('exit', (code) =>
      reject(new Error(`The server ended with ${code} before listening.`)),
    );
  });
}
