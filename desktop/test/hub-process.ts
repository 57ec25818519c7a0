import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../hub/cli.ts', import.meta.url));
/** Half of a start is reading the hub's own code, which is the same for every hub of a test. */
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/hub-code', import.meta.url));
const startWithinMs = 60_000;

/** What a test may ask of the process its hub runs in. */
export interface HubProcessOptions {
  /** Where the restaurant is kept; a new folder below the system's temporary one otherwise. */
  readonly folder?: string;
  /** The file to run instead of the hub's own: the hub with something done to it. */
  readonly entry?: string;
  /** Another folder of built screens than the project's own. */
  readonly screens?: string;
  /** Added to this process's environment. Read at each start. */
  env?: Readonly<Record<string, string>>;
}

/** Hubs that run now: none of them may outlive the test that started it. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A hub in a process of its own, on a folder of its own, that can be killed and started again. */
export class HubProcess {
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  readonly options: HubProcessOptions;
  joinCode = '';
  /** Everything it has printed. */
  output = '';
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(folder: string, port: number, options: HubProcessOptions = {}) {
    this.folder = folder;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.options = options;
  }

  /** A hub with the sample restaurant, listening. */
  static async open(options: HubProcessOptions = {}): Promise<HubProcess> {
    const hub = await HubProcess.prepare(options);
    await hub.start();
    return hub;
  }

  /** As `open`, but not started yet. */
  static async prepare(options: HubProcessOptions = {}): Promise<HubProcess> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'fynlo-hub-'));
    return new HubProcess(folder, await freePort(), options);
  }

  async start(): Promise<void> {
    const args = ['--data', this.folder, '--port', String(this.port), '--host', '127.0.0.1'];
    const limits = ['--connections-per-device-max', '100'];
    const entry = this.options.entry ?? cli;
    const child = spawn(process.execPath, [entry, ...args, ...limits, '--no-mdns'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: compileCache,
        ...(this.options.screens !== undefined && { FYNLO_SCREENS: this.options.screens }),
        ...this.options.env,
      },
    });
    this.#child = child;
    running.add(child);
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => {
        running.delete(child);
        resolve();
      });
    });
    const ready = Promise.withResolvers<void>();
    const late = setTimeout(
      () => ready.reject(new Error('The hub did not start in time.')),
      startWithinMs,
    );
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      this.output += chunk.toString();
      const code = /Join code\s+(\d{3}) (\d{3})/.exec(said);
      if (!code || !said.includes('Ctrl+C')) return;
      this.joinCode = `${code[1]}${code[2]}`;
      ready.resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (exit) => ready.reject(new Error(`The hub ended (${exit}): ${said}`)));
    await ready.promise.finally(() => clearTimeout(late));
  }

  /** Pulls the plug: the process gets no chance to do anything. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to end, as a person does with Ctrl+C, and keeps the folder. */
  async close(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** SIGSTOP: it is there and does nothing, as when its computer sleeps. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }
  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  pid(): number {
    return this.#child?.pid ?? 0;
  }

  isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** The code the last process ended with; null while it runs or when a signal ended it. */
  exitCode(): number | null {
    return this.#child?.exitCode ?? null;
  }

  /** Resolves when the process that runs now has ended, however that came. */
  ended(): Promise<void> {
    return this.#ended;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning()) return;
    this.#child?.kill(signal);
    this.thaw();
    await this.#ended;
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
