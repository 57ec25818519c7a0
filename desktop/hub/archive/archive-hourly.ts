import type { HubContext } from '../context.ts';

export interface ArchiveTimer {
  stop(): Promise<void>;
}

const hourMs = 3_600_000;

/**
 * Asks every hour whether old days can go; on most days there are not enough of them. Never at the
 * start, when every device comes back.
 */
export function archiveHourly({ archiver, backups, log, logger }: HubContext): ArchiveTimer {
  for (const sentence of log.archives.missing()) logger.warn(sentence);
  let isStopped = false;
  const archive = async () => {
    try {
      await backups.findHeld();
      if (isStopped) return;
      const archived = await archiver.run();
      if (archived.events > 0) logger.info(archived, 'Old days were archived.');
    } catch (error) {
      logger.error({ err: error }, 'Old days could not be archived.');
    }
  };
  const timer = setInterval(() => void archive(), hourMs);
  timer.unref();
  return {
    stop: () => {
      isStopped = true;
      clearInterval(timer);
      return archiver.stop();
    },
  };
}
