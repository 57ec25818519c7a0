import { toString as qrToString } from 'qrcode';
import { readCommandLine, usage, UsageError, type HubConfig } from './config/config.ts';
import { databasePath } from './db/database-path.ts';
import { joinUrls } from './discovery/join-urls.ts';
import { lanAddresses } from './discovery/addresses.ts';
import { mdnsHost } from './discovery/announce.ts';
import { runBackupCommand, runRestoreCommand } from './backup/backup-command.ts';
import { runMenuCommand } from './menu-file/menu-command.ts';
import { startHub, type RunningHub } from './start-hub.ts';
import { fynloVersion } from './version.ts';

/** Errors whose message was written for the person at the keyboard. */
const spoken = new Set([
  'UsageError',
  'PortBusyError',
  'HubRunningError',
  'DatabaseNewerError',
  'DatabaseDamagedError',
  'DatabaseUnwritableError',
  'ArchiveUnreadableError',
  'DatabaseMissingError',
  'DatabaseOlderError',
  'MigrationFailedError',
  'BackupFailedError',
  'RestoreFailedError',
  'MenuFileError',
]);
const stopWithinMs = 3_000;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  try {
    const asked = readCommandLine(args);
    if (asked.run === 'help') return say(usage);
    if (asked.run === 'version') return say(fynloVersion);
    if (asked.run === 'menu') return say(await runMenuCommand(asked));
    if (asked.run === 'backup') return say(runBackupCommand(asked));
    if (asked.run === 'restore') return say(runRestoreCommand(asked));
    await runHub(asked.config);
  } catch (error) {
    if (!(error instanceof Error) || !spoken.has(error.name)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

async function runHub(config: HubConfig): Promise<void> {
  const hub = await startHub(config);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    say('Closing …');
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    void hub.close().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  say(await welcome(hub));
}

async function welcome({ port, joinCode, context }: RunningHub): Promise<string> {
  const urls = joinUrls({ port, code: joinCode, historyId: context.site });
  const name = context.road.state.settings()?.settings.name ?? 'Fynlo';
  const phone = urls.phone[0] ?? '';
  const qr = await qrToString(phone, { type: 'terminal', small: true });
  const others =
    lanAddresses().length > 0
      ? ''
      : '\n  This computer is on no network, so phones cannot join yet.\n';
  const readyMs = Math.round(performance.now());
  return `
${name} is open.  (ready in ${readyMs} ms)

  Till            ${urls.till[0]}
  Kitchen screen  ${urls.kitchen[0]}
  Phones          ${phone}
                  or scan:

${qr}
  Join code       ${joinCode.slice(0, 3)} ${joinCode.slice(3)}
  On this network ${mdnsHost(context.site)}:${port}
  Kept in         ${databasePath(context.config.dataFolder)}
${others}
Ctrl+C stops the hub. Nothing is lost.
`;
}

/** A closed terminal must not end the hub. */
process.stdout.on('error', () => undefined);

function say(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
