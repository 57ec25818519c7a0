/** Builds and opens a share of the crash states in a process of its own. See `power-cut.ts`. */
import { readFileSync } from 'node:fs';
import { tallyCrashes, type CrashRange } from './crash-states.ts';

const range = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as CrashRange;
const tally = await tallyCrashes(range);
process.send?.(tally, () => process.exit(0));
