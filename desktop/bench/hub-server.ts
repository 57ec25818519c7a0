/** The hub as it ships, for the benchmark: only its limits on connections are lifted. */
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { startHub } from '../hub/start-hub.ts';

const { values } = parseArgs({ options: { data: { type: 'string', default: '' } } });
const many = 10_000;

const { port, joinCode } = await startHub(
  {
    dataFolder: dirname(values.data),
    host: '127.0.0.1',
    port: 0,
    beginWith: 'sample',
    announce: false,
    connectionsMax: many,
    connectionsPerDeviceMax: many,
    logLevel: 'error',
  },
  { limits: { unauthenticatedMax: many, unauthenticatedPerAddressMax: many } },
);
process.stdout.write(`listening ${port} ${joinCode}\n`);
