import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { archiveHourly, type ArchiveTimer } from './archive/archive-hourly.ts';
import { Archiver } from './archive/archiver.ts';
import { heldNowhere, type HeldElsewhere } from './archive/held-elsewhere.ts';
import { keepDaysUsual, type HubConfig } from './config/config.ts';
import { CommandRoad } from './commands/command-road.ts';
import type { HubContext } from './context.ts';
import { lockFolder } from './db/hub-lock.ts';
import { openDatabase } from './db/open-database.ts';
import { announceHub, type Announced } from './discovery/announce.ts';
import { EventLog } from './event-log/event-log.ts';
import { firstRun } from './first-run/first-run.ts';
import { createApp } from './http/create-app.ts';
import { whyForeign } from './http/guard.ts';
import { LiveSockets, type LiveLimits, type ProtocolRange } from './live/live-sockets.ts';
import { createLogger } from './observe/logger.ts';
import { createMetrics } from './observe/metrics.ts';
import { Sessions } from './pairing/sessions.ts';
import { Views } from './projections/views.ts';
import { systemSurroundings } from './surroundings.ts';
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
 * @throws PortBusyError, HubRunningError, DatabaseNewerError, DatabaseDamagedError,
 *   DatabaseUnwritableError; each message is a sentence that says what to do.
 */
export async function startHub(
  config: HubConfig,
  overrides: HubOverrides = {},
): Promise<RunningHub> {
  const lock = lockFolder(config.dataFolder);
  try {
    return await open(config, overrides, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function open(
  config: HubConfig,
  overrides: HubOverrides,
  unlock: () => void,
): Promise<RunningHub> {
  const surroundings = systemSurroundings(overrides.now);
  const { now } = surroundings;
  const logger = createLogger(config.logLevel);
  const databasePath = join(config.dataFolder, 'fynlo.db');
  const db = openDatabase(databasePath);
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
  if (log.head().seq === 0) await firstRun(road, config.beginWith);
  const archiver = new Archiver({
    db,
    log,
    heldElsewhere: overrides.heldElsewhere ?? heldNowhere,
    keepDays: config.keepDays ?? keepDaysUsual,
    now,
    today: () => road.today(),
    onOutcomeUnknown,
  });
  metrics.watch({ log, live: () => live.stats(), databasePath });

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
    metrics,
    logger,
    archiver,
    now,
    startedAt,
    port,
  };
  server.on('request', createApp(context));
  acceptSockets(server, context);
  await listen(server, config);
  const announced = config.announce ? announce(context) : undefined;
  const archiving = archiveHourly(context);

  let closing: Promise<void> | undefined;
  const close = () => (closing ??= shutDown(context, server, announced, archiving).finally(unlock));
  return {
    port: port(),
    url: `http://127.0.0.1:${port()}`,
    joinCode: sessions.joinCode,
    context,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function acceptSockets(server: Server, context: HubContext): void {
  server.on('upgrade', (request, socket, head) => {
    const path = request.url?.split('?')[0];
    const hub = { port: context.port(), historyId: context.log.head().historyId };
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
  const { historyId, epoch } = context.log.head();
  const restaurant = context.road.state.settings()?.settings.name ?? 'Fynlo';
  return announceHub({
    restaurant,
    historyId,
    epoch,
    port: context.port(),
    log: context.logger,
  });
}

async function shutDown(
  { road, live, log, metrics, db }: HubContext,
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
  metrics.close();
  log.archives.close();
  db.close();
}

/** In doubt, stop: on the next start the log says what is true, and every client asks again. */
function endProcess(logger: HubContext['logger']): (error: unknown) => void {
  return (error) => {
    logger.fatal({ err: error }, 'The disk did not say whether a change was written. Stopping.');
    process.exit(1);
  };
}
