import type { Archiver } from './archive/archiver.ts';
import type { Backups } from './backup/backups.ts';
import type { PreparedRestore } from './backup/restore.ts';
import type { CommandRoad } from './commands/command-road.ts';
import type { HubConfig } from './config/config.ts';
import type { WritableDb } from './db/open-database.ts';
import type { EventLog } from './event-log/event-log.ts';
import type { LiveSockets } from './live/live-sockets.ts';
import type { Logger } from './observe/logger.ts';
import type { Metrics } from './observe/metrics.ts';
import type { Sessions } from './pairing/sessions.ts';
import type { Views } from './projections/views.ts';

/** Every service of a running hub, each built once in `start-hub.ts`. */
export interface HubContext {
  readonly config: HubConfig;
  readonly db: WritableDb;
  readonly log: EventLog;
  readonly views: Views;
  readonly road: CommandRoad;
  readonly live: LiveSockets;
  readonly sessions: Sessions;
  readonly backups: Backups;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly archiver: Archiver;
  readonly now: () => number;
  readonly startedAt: number;
  /** Names the hub on its network, through every restore. */
  readonly site: string;
  /** Closes, puts a prepared database in place, and opens again on the same port. */
  restartWith(prepared: PreparedRestore): Promise<void>;
  /** The port it listens on, once it does. */
  port(): number;
}
