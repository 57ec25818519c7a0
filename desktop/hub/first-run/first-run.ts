import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientId, Command } from '@fynlo/domain';
import type { FileProblem } from '@fynlo/domain/menu-file';
import type { CommandRoad } from '../commands/command-road.ts';
import { parseFloorFile, parseMenuFile, parseSettingsFile } from '../menu-file/index.ts';
import { hubSession } from '../pairing/sessions.ts';

const samples = fileURLToPath(new URL('../../../shared/sample-restaurant', import.meta.url));

/** Gives a new database its first restaurant, by the same road and from the same kind of files as any other. */
export async function firstRun(road: CommandRoad, beginWith: 'sample' | 'empty'): Promise<void> {
  const folder = beginWith === 'sample' ? samples : join(samples, 'empty');
  const settings = mustRead(folder, 'restaurant.csv', parseSettingsFile);
  await mustDo(road, { type: 'settings.change', settings });
  if (beginWith === 'empty') return;
  const floor = mustRead(folder, 'tables.csv', parseFloorFile);
  await mustDo(road, { type: 'floor.import', floor });
  const { currencyDecimals } = settings;
  const menu = mustRead(folder, 'menu.csv', (text) => parseMenuFile(text, { currencyDecimals }));
  await mustDo(road, { type: 'menu.import', menu });
}

type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

function mustRead<Value>(
  folder: string,
  file: string,
  parse: (text: string) => Parsed<Value>,
): Value {
  const parsed = parse(readFileSync(join(folder, file), 'utf8'));
  if (parsed.ok) return parsed.value;
  const { line, column, expected } = parsed.problems[0] as FileProblem;
  throw new Error(`${file}, line ${line}, ${column}: ${expected}`);
}

async function mustDo(road: CommandRoad, command: Command): Promise<void> {
  const clientId = randomUUID() as ClientId;
  const answer = await road.submit({ clientId, no: 1, command, session: hubSession });
  if (answer.kind === 'refused') throw new Error(answer.refusal.because);
  if (answer.kind === 'cannot-now') throw new Error(answer.error.because);
}
