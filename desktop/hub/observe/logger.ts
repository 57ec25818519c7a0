import { pino, type Logger } from 'pino';

export type { Logger };

/** One logger for the process; each subsystem takes a `child({ part })`. Secrets are cut out. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    redact: {
      paths: ['token', 'code', '*.token', '*.code', 'headers.authorization', '*.headers'],
      censor: '[secret]',
    },
  });
}
