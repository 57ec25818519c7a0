// `npm run check`: format, lint, types, unused code. Import edges are a test of their own.
import { runChecks } from './steps.mjs';

const { failed } = runChecks();
if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}.`);
process.exit(failed.length === 0 ? 0 : 1);
