import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../hub/cli.ts', import.meta.url));
const startWithinMs = 20_000;

/** A hub in a process of its own, on a folder of its own, that can be killed and started again. */
export class HubProcess {
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  /** Another folder of built screens than the project's own. */
  readonly screens: string | undefined;
  joinCode = '';
  /** Everything it has printed. */
  output = '';
  #child: ChildProcess | undefined;

  constructor(folder: string, port: number, screens?: string) {
    this.folder = folder;
    this.port = port;
    this.screens = screens;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** A hub with the sample restaurant, listening. */
  static async open({ screens }: { readonly screens?: string } = {}): Promise<HubProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'fynlo-hub-'));
    const hub = new HubProcess(folder, await freePort(), screens);
    await hub.start();
    return hub;
  }

  async start(): Promise<void> {
    const args = ['--data', this.folder, '--port', String(this.port), '--host', '127.0.0.1'];
    const limits = ['--connections-per-device-max', '100'];
    const child = spawn(process.execPath, [cli, ...args, ...limits, '--no-mdns'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(this.screens && { FYNLO_SCREENS: this.screens }) },
    });
    this.#child = child;
    const ready = Promise.withResolvers<void>();
    const late = setTimeout(
      () => ready.reject(new Error('The hub did not start in time.')),
      startWithinMs,
    );
    const listen = (chunk: Buffer) => {
      this.output += chunk.toString();
      const code = /Join code\s+(\d{3}) (\d{3})/.exec(this.output);
      if (!code || !this.output.includes('Ctrl+C')) return;
      this.joinCode = `${code[1]}${code[2]}`;
      ready.resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (exit) =>
      ready.reject(new Error(`The hub ended (${exit}): ${this.output}`)),
    );
    await ready.promise.finally(() => clearTimeout(late));
  }

  /** Pulls the plug: the process gets no chance to do anything. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  pid(): number {
    return this.#child?.pid ?? 0;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
