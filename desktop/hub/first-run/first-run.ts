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

/**
 * Gives a new database its first restaurant, by the same road and from the same kind of files as any
 * other. All of it in one turn, so in one transaction: a hub that is cut off here would otherwise
 * find a log that has begun, take the restaurant for a finished one, and open without a menu.
 */
export async function firstRun(road: CommandRoad, beginWith: 'sample' | 'empty'): Promise<void> {
  const commands = firstCommands(beginWith);
  await Promise.all(commands.map((command) => mustDo(road, command)));
}

function firstCommands(beginWith: 'sample' | 'empty'): Command[] {
  const folder = beginWith === 'sample' ? samples : join(samples, 'empty');
  const settings = mustRead(folder, 'restaurant.csv', parseSettingsFile);
  if (beginWith === 'empty') return [{ type: 'settings.change', settings }];
  const floor = mustRead(folder, 'tables.csv', parseFloorFile);
  const { currencyDecimals } = settings;
  const menu = mustRead(folder, 'menu.csv', (text) => parseMenuFile(text, { currencyDecimals }));
  return [
    { type: 'settings.change', settings },
    { type: 'floor.import', floor },
    { type: 'menu.import', menu },
  ];
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
