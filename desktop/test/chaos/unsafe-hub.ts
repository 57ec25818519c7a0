/**
 * The hub as it ships, except that its database is told not to wait for the disk once it is open:
 * `synchronous=NORMAL`, the bug that a test without power cuts cannot see.
 */
import { readCommandLine } from '../../hub/config/config.ts';
import { startHub } from '../../hub/start-hub.ts';

const asked = readCommandLine(process.argv.slice(2), process.env);
if (asked.run !== 'start') throw new Error('This hub can only be started.');
const hub = await startHub(asked.config);
hub.context.db.pragma('synchronous = NORMAL');
process.on('SIGTERM', () => void hub.close().then(() => process.exit(0)));
const { joinCode } = hub;
process.stdout.write(`Join code ${joinCode.slice(0, 3)} ${joinCode.slice(3)}\nCtrl+C\n`);
