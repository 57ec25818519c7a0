import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { limits } from '@fynlo/protocol/wire';

/** Every setting of a hub process, read once. */
export interface HubConfig {
  /** The folder that holds the database and nothing of anybody else's. */
  readonly dataFolder: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** What a new database begins with. */
  readonly beginWith: 'sample' | 'empty';
  /** Begin anew in a folder that once held a restaurant; without it, that is said instead. */
  readonly insistOnNew?: boolean;
  /** A backup every so often while something changed; 0 or absent makes none by itself. */
  readonly backupEveryMinutes?: number;
  /** A second folder for backups, to be kept from now on. */
  readonly backupFolder?: string;
  readonly announce: boolean;
  readonly connectionsMax: number;
  readonly connectionsPerDeviceMax: number;
  readonly logLevel: string;
  /** Business days that stay in the hub's own file before they are archived; 60 when not given. */
  readonly keepDays?: number;
}

export const keepDaysUsual = 60;

export type CommandLine =
  | { readonly run: 'start'; readonly config: HubConfig }
  | { readonly run: 'help' }
  | { readonly run: 'version' }
  | { readonly run: 'backup'; readonly to: string | undefined; readonly config: HubConfig }
  | { readonly run: 'restore'; readonly file: string; readonly config: HubConfig }
  | {
      readonly run: 'menu';
      readonly action: 'import' | 'export' | 'check';
      readonly file: string | undefined;
      readonly config: HubConfig;
    };

/** The person typed something the hub does not know. The message is for them. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Fynlo: a restaurant's hub, its till, kitchen screens and phones.

  npm start                     open the restaurant (a sample one the first time)
  npm start -- [options]

  --data DIR                    where the restaurant is kept
  --port N                      the port to listen on (7100)
  --host ADDRESS                the address to listen on (0.0.0.0: the whole local network)
  --demo                        begin a new database with the sample restaurant (the default)
  --empty                       begin a new database with nothing
  --new                         begin a new database although this folder held one
  --backup-every MINUTES        a backup this often while something changes (60; 0 for none)
  --backup-folder DIR           keep a second copy of each backup here, as on a USB stick
  --no-mdns                     do not announce the hub on the network
  --connections-max N           devices connected at once (${limits.connectionsMax})
  --connections-per-device-max N (${limits.connectionsPerDeviceMax})
  --keep-days N                 business days that are not archived (${keepDaysUsual})
  --log-level LEVEL             fatal, error, warn, info or debug (warn)
  --help, --version

  npm start -- backup [FILE or DIR]  make a backup now, also while the hub runs
  npm start -- restore FILE     put a backup back; the present database is set aside
  npm run verify -- [FILE]      check a database or a backup from outside

  npm start -- menu check FILE  say what is wrong with a menu file
  npm start -- menu import FILE put a menu file in use
  npm start -- menu export [FILE]
`;

const options = {
  data: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  demo: { type: 'boolean' },
  empty: { type: 'boolean' },
  new: { type: 'boolean' },
  'backup-every': { type: 'string' },
  'backup-folder': { type: 'string' },
  'no-mdns': { type: 'boolean' },
  'connections-max': { type: 'string' },
  'connections-per-device-max': { type: 'string' },
  'keep-days': { type: 'string' },
  'log-level': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

/** @throws UsageError with a sentence that says what to type instead. */
export function readCommandLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): CommandLine {
  const { values, positionals } = parse(args);
  if (values.help) return { run: 'help' };
  if (values.version) return { run: 'version' };
  if (values.demo && values.empty) {
    throw new UsageError('Choose --demo or --empty, not both.');
  }
  const logLevel = values['log-level'] ?? 'warn';
  if (!logLevels.includes(logLevel)) {
    throw new UsageError(`--log-level takes one of ${logLevels.join(', ')}.`);
  }
  const config: HubConfig = {
    dataFolder: values.data ?? env['FYNLO_DATA'] ?? defaultDataFolder(env),
    host: values.host ?? '0.0.0.0',
    port: wholeNumber('--port', values.port, 7100, 0, 65_535),
    beginWith: values.empty ? 'empty' : 'sample',
    insistOnNew: values.new ?? false,
    backupEveryMinutes: wholeNumber('--backup-every', values['backup-every'], 60, 0, 10_080),
    ...(values['backup-folder'] !== undefined && { backupFolder: values['backup-folder'] }),
    announce: !values['no-mdns'],
    connectionsMax: wholeNumber(
      '--connections-max',
      values['connections-max'],
      limits.connectionsMax,
      1,
      10_000,
    ),
    connectionsPerDeviceMax: wholeNumber(
      '--connections-per-device-max',
      values['connections-per-device-max'],
      limits.connectionsPerDeviceMax,
      1,
      10_000,
    ),
    logLevel,
    keepDays: wholeNumber('--keep-days', values['keep-days'], keepDaysUsual, 1, 3_650),
  };
  return commandOf(positionals, config);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}. See --help.`);
  }
}

function commandOf(positionals: readonly string[], config: HubConfig): CommandLine {
  const [word, first, ...more] = positionals;
  if (word === undefined) return { run: 'start', config };
  if (word === 'backup' && more.length === 0) return { run: 'backup', to: first, config };
  if (word === 'restore' && more.length === 0) {
    if (first === undefined) throw new UsageError('Say which backup: restore FILE.');
    return { run: 'restore', file: first, config };
  }
  return menuCommand(positionals, config);
}

function menuCommand(positionals: readonly string[], config: HubConfig): CommandLine {
  const [word, action, file] = positionals;
  const isKnown = action === 'import' || action === 'export' || action === 'check';
  if (word !== 'menu' || !isKnown || positionals.length > 3) {
    throw new UsageError(`“${positionals.join(' ')}” is not a command. See --help.`);
  }
  if (action !== 'export' && file === undefined) {
    throw new UsageError(`Say which file: menu ${action} FILE.`);
  }
  return { run: 'menu', action, file, config };
}

function wholeNumber(
  name: string,
  text: string | undefined,
  otherwise: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not “${text}”.`);
  }
  return value;
}

function defaultDataFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(env['APPDATA'] ?? homedir(), 'Fynlo');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Fynlo');
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'fynlo');
}
