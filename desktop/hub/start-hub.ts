import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import type { AddressInfo } from 'node:net';
import { Backups } from './backup/backups.ts';
import { BackupFailedError } from './backup/errors.ts';
import { putInPlace, type PreparedRestore } from './backup/restore.ts';
import { archiveHourly, type ArchiveTimer } from './archive/archive-hourly.ts';
import { Archiver } from './archive/archiver.ts';
import type { HeldElsewhere } from './archive/held-elsewhere.ts';
import { keepDaysUsual, type HubConfig } from './config/config.ts';
import { CommandRoad } from './commands/command-road.ts';
import type { HubContext } from './context.ts';
import { lockFolder } from './db/hub-lock.ts';
import type { WritableDb } from './db/open-database.ts';
import { databasePath } from './db/database-path.ts';
import { openFolder, withAdvice } from './db/open-folder.ts';
import { siteIn } from './db/own-settings.ts';
import { announceHub, type Announced } from './discovery/announce.ts';
import { EventLog } from './event-log/event-log.ts';
import { firstRun } from './first-run/first-run.ts';
import { createApp } from './http/create-app.ts';
import { whyForeign } from './http/guard.ts';
import { LiveSockets, type LiveLimits, type ProtocolRange } from './live/live-sockets.ts';
import { createLogger, type Logger } from './observe/logger.ts';
import { createMetrics } from './observe/metrics.ts';
import { Sessions } from './pairing/sessions.ts';
import { Views } from './projections/views.ts';
import { systemSurroundings, type HubSurroundings } from './surroundings.ts';
import { livePath } from '@fynlo/protocol/wire';

export interface RunningHub extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly joinCode: string;
  readonly context: HubContext;
  /** Answers what it has taken, tells every screen that it goes, and leaves the disk in order. */
  close(): Promise<void>;
}

/** What a test may put in place of the real thing. */
export interface HubOverrides {
  readonly now?: () => number;
  readonly limits?: Partial<LiveLimits>;
  readonly protocol?: ProtocolRange;
  readonly heldElsewhere?: HeldElsewhere;
  /** Called instead of ending the process when it is unknown what is on disk. */
  readonly onOutcomeUnknown?: (error: unknown) => void;
}

export class PortBusyError extends Error {
  override readonly name = 'PortBusyError';
  constructor(port: number) {
    super(
      `Port ${port} is in use on this computer, perhaps by a hub that is already running. Stop that program or choose another port: --port ${port + 1}.`,
    );
  }
}

const closeWithinMs = 2_000;

/**
 * Opens the restaurant and listens: config → context → routes → listen.
 * @throws PortBusyError, HubRunningError and what `openFolder` throws; each message is a sentence
 *   that says what to do.
 */
export async function startHub(
  config: HubConfig,
  overrides: HubOverrides = {},
): Promise<RunningHub> {
  const lock = lockFolder(config.dataFolder);
  try {
    const hub = new RestartableHub(config, overrides, () => lock.release());
    await hub.open(config.port);
    return hub;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Everything between the folder's lock and the network; a restore puts another in its place. */
interface Core {
  readonly context: HubContext;
  close(): Promise<void>;
}

/**
 * A hub that can be closed and opened again inside its process, on the same folder and port and
 * without letting go of the folder's lock.
 */
class RestartableHub implements RunningHub {
  readonly #config: HubConfig;
  readonly #overrides: HubOverrides;
  readonly #unlock: () => void;
  #core: Core | undefined;
  #restarting: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(config: HubConfig, overrides: HubOverrides, unlock: () => void) {
    this.#config = config;
    this.#overrides = overrides;
    this.#unlock = unlock;
  }

  get context(): HubContext {
    if (!this.#core) throw new Error('The hub is not open.');
    return this.#core.context;
  }
  get port(): number {
    return this.context.port();
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get joinCode(): string {
    return this.context.sessions.joinCode;
  }

  async open(port: number): Promise<void> {
    const restart = (prepared: PreparedRestore) => this.#restart(prepared);
    try {
      this.#core = await openCore({ ...this.#config, port }, this.#overrides, restart);
    } catch (error) {
      throw withAdvice(error, this.#config.dataFolder);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#restarting
      .then(() => this.#core?.close())
      .finally(() => this.#unlock());
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #restart(prepared: PreparedRestore): Promise<void> {
    if (this.#closing) return this.#closing;
    this.#restarting = this.#openInPlaceOf(this.context, prepared);
    return this.#restarting;
  }

  async #openInPlaceOf(old: HubContext, prepared: PreparedRestore): Promise<void> {
    const port = old.port();
    await this.#core?.close();
    try {
      putInPlace(prepared);
    } catch (error) {
      // Decided or not, the folder knows: what opens next is the old database or the new one.
      old.logger.error({ err: error }, 'A backup could not be put back at once.');
    }
    try {
      await this.open(port);
    } catch (error) {
      const end = this.#overrides.onOutcomeUnknown ?? endProcess(old.logger);
      end(error);
    }
  }
}

async function openCore(
  config: HubConfig,
  overrides: HubOverrides,
  restartWith: HubContext['restartWith'],
): Promise<Core> {
  const surroundings = systemSurroundings(overrides.now);
  const logger = createLogger(config.logLevel);
  const insistOnNew = config.insistOnNew ?? false;
  const db = openFolder(config.dataFolder, { insistOnNew, now: surroundings.now });
  try {
    return await openOn(db, { config, overrides, restartWith, surroundings, logger });
  } catch (error) {
    db.close();
    throw error;
  }
}

async function openOn(
  db: WritableDb,
  given: {
    readonly config: HubConfig;
    readonly overrides: HubOverrides;
    readonly restartWith: HubContext['restartWith'];
    readonly surroundings: HubSurroundings;
    readonly logger: Logger;
  },
): Promise<Core> {
  const { config, overrides, restartWith, surroundings, logger } = given;
  const { now } = surroundings;
  const log = new EventLog(db, surroundings);
  const views = new Views(db, log);
  const metrics = createMetrics();
  const onOutcomeUnknown = overrides.onOutcomeUnknown ?? endProcess(logger);
  const road: CommandRoad = new CommandRoad({
    log,
    views,
    surroundings,
    publish: (group) => live.publish(group),
    onOutcomeUnknown,
    observer: metrics,
  });
  const sessions = new Sessions(db, road, now);
  const live: LiveSockets = new LiveSockets({
    road,
    log,
    surroundings,
    authenticate: (token) => sessions.authenticate(token),
    ...(overrides.protocol && { protocol: overrides.protocol }),
    limits: {
      connectionsMax: config.connectionsMax,
      connectionsPerDeviceMax: config.connectionsPerDeviceMax,
      ...overrides.limits,
    },
  });
  if (log.head().seq === 0) {
    await firstRun(road, config.beginWith);
    standWithoutWal(db);
  }
  metrics.watch({
    log,
    live: () => live.stats(),
    databasePath: databasePath(config.dataFolder),
  });
  const backups = new Backups({
    db,
    log,
    road,
    dataFolder: config.dataFolder,
    everyMinutes: config.backupEveryMinutes ?? 0,
    now,
    logger,
  });
  chooseFolder(backups, config, logger);
  const archiver = new Archiver({
    db,
    log,
    heldElsewhere: overrides.heldElsewhere ?? { upTo: () => backups.heldUpTo() },
    keepDays: config.keepDays ?? keepDaysUsual,
    now,
    today: () => road.today(),
    onOutcomeUnknown,
  });

  const server = createServer();
  const port = () => (server.address() as AddressInfo | null)?.port ?? config.port;
  const startedAt = now();
  const context: HubContext = {
    config,
    db,
    log,
    views,
    road,
    live,
    sessions,
    backups,
    metrics,
    logger,
    archiver,
    site: siteIn(db, log.head().historyId),
    restartWith,
    now,
    startedAt,
    port,
  };
  server.on('request', createApp(context));
  acceptSockets(server, context);
  await listen(server, config);
  const announced = config.announce ? announce(context) : undefined;
  const archiving = archiveHourly(context);
  backups.start();

  let closing: Promise<void> | undefined;
  return { context, close: () => (closing ??= shutDown(context, server, announced, archiving)) };
}

/** A folder named on the command line that cannot be used must not keep the restaurant closed. */
function chooseFolder(backups: Backups, { backupFolder }: HubConfig, logger: Logger): void {
  if (backupFolder === undefined) return;
  try {
    backups.chooseSecondFolder(resolve(backupFolder));
  } catch (error) {
    if (!(error instanceof BackupFailedError)) throw error;
    backups.sayProblem(error.message);
    logger.error({ err: error }, 'The second folder for backups was not chosen.');
  }
}

/**
 * Until a checkpoint everything stands in the WAL alone, and a database file that somebody copied or
 * kept without it would pass for a new and empty restaurant.
 */
function standWithoutWal(db: WritableDb): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // Nothing is lost by a checkpoint that fails: the WAL has it all, and the next one tries again.
  }
}

function acceptSockets(server: Server, context: HubContext): void {
  server.on('upgrade', (request, socket, head) => {
    const path = request.url?.split('?')[0];
    const hub = { port: context.port(), historyId: context.site };
    const foreign = whyForeign(request, hub);
    if (path === livePath && !foreign) return context.live.handleUpgrade(request, socket, head);
    const status = foreign ? `${foreign.status} Forbidden` : '404 Not Found';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
  });
}

function listen(server: Server, { host, port }: HubConfig): Promise<void> {
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortBusyError(port) : error);
    });
    server.listen(port, host, resolve);
  });
}

function announce(context: HubContext): Announced {
  const { epoch } = context.log.head();
  const restaurant = context.road.state.settings()?.settings.name ?? 'Fynlo';
  return announceHub({
    restaurant,
    historyId: context.site,
    epoch,
    port: context.port(),
    log: context.logger,
  });
}

async function shutDown(
  { road, live, log, metrics, db, backups }: HubContext,
  server: Server,
  announced: Announced | undefined,
  archiving: ArchiveTimer,
): Promise<void> {
  road.close();
  await Promise.all([live.close(), announced?.stop(), archiving.stop()]);
  await new Promise<void>((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), closeWithinMs);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
  await backups.close();
  metrics.close();
  log.archives.close();
  db.close();
}

/** In doubt, stop: on the next start the log says what is true, and every client asks again. */
function endProcess(logger: Logger): (error: unknown) => void {
  return (error) => {
    logger.fatal({ err: error }, 'The disk did not say whether a change was written. Stopping.');
    process.exit(1);
  };
}
