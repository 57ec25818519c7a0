import { runEvening, type EveningOptions } from './evening.ts';

export interface Shrunk {
  readonly options: EveningOptions;
  readonly message: string;
  /** What happened, step by step, to the violation. */
  readonly trace: readonly string[];
}

const traceLinesMax = 400;

/** The same evening with as few faults and commands as still break the promise, and its trace. */
export async function shrink(whole: EveningOptions): Promise<Shrunk> {
  const faultsMax = await least(60, async (max) => isBroken({ ...whole, faultsMax: max }));
  const fewFaults = { ...whole, faultsMax };
  const commandsMax = await least(400, (max) => isBroken({ ...fewFaults, commandsMax: max }));
  const options = { ...fewFaults, commandsMax };
  const lines: string[] = [];
  const { violation } = await runEvening({ ...options, trace: (line) => lines.push(line) });
  const end = lines.findIndex((line) => line.includes('VIOLATION'));
  const trace = lines.slice(0, end + 1).slice(-traceLinesMax);
  return { options, message: violation?.message ?? 'It did not happen again.', trace };
}

/** Not every bug gets rarer with less of everything, so this looks for a small number, not the smallest. */
async function least(
  max: number,
  isBrokenWith: (max: number) => Promise<boolean>,
): Promise<number> {
  let found = max;
  for (let step = Math.ceil(max / 2); step >= 1; step = Math.floor(step / 2)) {
    while (found - step >= 0 && (await isBrokenWith(found - step))) found -= step;
  }
  return found;
}

async function isBroken(options: EveningOptions): Promise<boolean> {
  const { violation } = await runEvening(options);
  return violation !== undefined;
}
