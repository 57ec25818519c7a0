/**
 * Loaded before a program (`node --import`): kills it, with no chance to do anything, just before
 * its `CRASH_AT`th change of the file system. Says how many there were when it got to its end.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const crashAt = Number(process.env['CRASH_AT'] ?? 0);
let changes = 0;

function countedBefore<Arguments extends unknown[], Result>(
  change: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  return (...args) => {
    if (++changes === crashAt) process.kill(process.pid, 'SIGKILL');
    return change(...args);
  };
}

fs.renameSync = countedBefore(fs.renameSync);
fs.rmSync = countedBefore(fs.rmSync);
fs.writeFileSync = countedBefore(fs.writeFileSync);
fs.fsyncSync = countedBefore(fs.fsyncSync);
syncBuiltinESMExports();
process.on('exit', () => fs.writeSync(1, `changes ${changes}\n`));
