/**
 * `npm run chaos`: faults with real processes, for long. Each scenario prints what it counted and the
 * proof that its fault fired; the last line says how many kept the promise. See `--help`.
 */
import { parseArgs } from 'node:util';
import { agreeWithinMs } from './settle.ts';
import { plants, type PlantName } from './plants.ts';
import { sayAloud as say } from './report.ts';
import { scenarios, type LongPlan, type ScenarioName } from './scenarios.ts';

const usage = `npm run chaos -- [options]
  --scenario NAME    one of ${Object.keys(scenarios).join(', ')}; all of them otherwise
  --minutes 10       a bound for each scenario
  --kills 500        how often the hub is killed
  --states 100000    crash states of the power cut
  --deliveries 1000000  duplicated and reordered messages
  --seed 1
  --plant NAME       puts a bug into the hub, to see it caught: ${Object.keys(plants).join(', ')}
`;

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    minutes: { type: 'string', default: '10' },
    kills: { type: 'string', default: '500' },
    states: { type: 'string', default: '100000' },
    deliveries: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    plant: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // `exit` listeners end every hub and worker that still runs.
  process.on(signal, () => process.exit(1));
}

if (values.help) process.stdout.write(usage);
else process.exit((await runAll()) ? 0 : 1);

async function runAll(): Promise<boolean> {
  const names = (values.scenario ?? Object.keys(scenarios)) as ScenarioName[];
  const unknown = names.filter((name) => !Object.hasOwn(scenarios, name));
  if (unknown.length > 0) {
    say(`There is no scenario “${unknown.join(', ')}”.\n${usage}`);
    return false;
  }
  const plan: LongPlan = {
    seed: Number(values.seed),
    minutes: Number(values.minutes),
    kills: Number(values.kills),
    states: Number(values.states),
    deliveries: Number(values.deliveries),
    plant: values.plant as PlantName | undefined,
    agreeMs: agreeWithinMs,
    say,
  };
  const broken: ScenarioName[] = [];
  for (const name of names) if (!(await runOne(name, plan))) broken.push(name);
  const outcome = broken.length === 0 ? '' : `, broken by: ${broken.join(', ')}`;
  say(`${names.length - broken.length} of ${names.length} scenarios kept the promise${outcome}`);
  return broken.length === 0;
}

async function runOne(name: ScenarioName, plan: LongPlan): Promise<boolean> {
  const started = performance.now();
  say(`— ${name}`);
  let wrong: readonly string[];
  try {
    ({ wrong } = await scenarios[name](plan));
  } catch (error) {
    wrong = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  for (const sentence of wrong) say(`  WRONG: ${sentence}`);
  const seconds = Math.round((performance.now() - started) / 1_000);
  say(`  ${wrong.length === 0 ? 'kept' : 'BROKEN'} in ${seconds} s`);
  return wrong.length === 0;
}
