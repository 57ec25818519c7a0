// `npm test`: checks, unit and hub tests, then the screens in a real browser. The last line counts
// them all; a runner that found no test has failed.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildScreens } from './build-screens.mjs';
import { screensAreCurrent } from './screens-stamp.mjs';
import { root, runChecks, runTool } from './steps.mjs';

const results = join(root, 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const { ran, failed } = runChecks();
const counts = [{ passed: ran - failed.length, failed: failed.length }];

const unitReport = join(results, 'unit.json');
const unitArgs = ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${unitReport}`];
const unitPassed = runTool('vitest', unitArgs);
counts.push(believed('unit tests', unitPassed, countUnit(unitReport)));

if (!screensAreCurrent(root)) await buildScreens(root);
const browserReport = join(results, 'browser.json');
const browserPassed = runTool('playwright', ['test', '--reporter=line,json'], {
  PLAYWRIGHT_JSON_OUTPUT_NAME: browserReport,
});
counts.push(believed('browser tests', browserPassed, countBrowser(browserReport)));

const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const broken = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`${passed} passed, ${broken} failed`);
process.exit(broken === 0 ? 0 : 1);

/** A runner may fail where no test did: an unhandled rejection, a file that does not load. */
function believed(what, runnerPassed, count) {
  if (runnerPassed || count.failed > 0) return count;
  console.error(`The ${what} passed one by one, and yet their runner failed. See above.`);
  return { ...count, failed: 1 };
}

function countUnit(path) {
  const report = readReport(path);
  if (!report || report.numTotalTests === 0) return noTests('unit tests');
  // A file that does not load has no tests of its own to fail.
  const filesThatFailed = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + filesThatFailed.length,
  };
}

function countBrowser(path) {
  const report = readReport(path);
  if (!report) return noTests('browser tests');
  const { expected, unexpected, flaky } = report.stats;
  if (expected + unexpected + flaky === 0) return noTests('browser tests');
  return { passed: expected + flaky, failed: unexpected + report.errors.length };
}

function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

function noTests(what) {
  console.error(`No ${what} ran.`);
  return { passed: 0, failed: 1 };
}
