import { readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { ClientId } from '@fynlo/domain';
import type { FileProblem } from '@fynlo/domain/menu-file';
import { CommandRoad } from '../commands/command-road.ts';
import type { CommandLine } from '../config/config.ts';
import { lockFolder } from '../db/hub-lock.ts';
import { openFolder } from '../db/open-folder.ts';
import { EventLog } from '../event-log/event-log.ts';
import { hubSession } from '../pairing/sessions.ts';
import { Views } from '../projections/views.ts';
import { systemSurroundings } from '../surroundings.ts';
import { formatMenuFile, parseMenuFile } from './files.ts';

/** The file is not what it should be. The message lists where, for the person who wrote it. */
export class MenuFileError extends Error {
  override readonly name = 'MenuFileError';
}

type MenuCommandLine = Extract<CommandLine, { run: 'menu' }>;
const defaultDecimals = 2;

/**
 * `menu check`, `menu import` and `menu export` without a running hub.
 * @returns what to tell the person.
 * @throws MenuFileError, HubRunningError and what opening a database throws.
 */
export async function runMenuCommand({ action, file, config }: MenuCommandLine): Promise<string> {
  if (action === 'check') {
    const { products, categories } = mustParse(file ?? '', defaultDecimals);
    return `${file} is in order: ${products.length} products in ${categories.length} categories.`;
  }
  const lock = lockFolder(config.dataFolder);
  const db = openFolder(config.dataFolder);
  try {
    const log = new EventLog(db);
    const views = new Views(db, log);
    const road = new CommandRoad({
      log,
      views,
      surroundings: systemSurroundings(),
      publish: () => undefined,
      onOutcomeUnknown: (error) => {
        throw error;
      },
    });
    return action === 'export' ? exportMenu(road, file) : await importMenu(road, file ?? '');
  } finally {
    db.close();
    lock.release();
  }
}

async function importMenu(road: CommandRoad, file: string): Promise<string> {
  const menu = mustParse(file, decimalsOf(road));
  const answer = await road.submit({
    clientId: randomUUID() as ClientId,
    no: 1,
    command: { type: 'menu.import', menu },
    session: hubSession,
  });
  if (answer.kind === 'refused') throw new MenuFileError(answer.refusal.because);
  if (answer.kind === 'cannot-now') throw new MenuFileError(answer.error.because);
  return `Imported ${menu.products.length} products in ${menu.categories.length} categories from ${file}.`;
}

function exportMenu(road: CommandRoad, file: string | undefined): string {
  const menu = road.state.menu()?.menu;
  if (!menu) throw new MenuFileError('There is no menu to export yet. Import one first.');
  const text = formatMenuFile(menu, { currencyDecimals: decimalsOf(road) });
  if (file === undefined) return text;
  writeFileSync(file, text);
  return `Exported ${menu.products.length} products to ${file}.`;
}

function mustParse(file: string, currencyDecimals: number) {
  const parsed = parseMenuFile(read(file), { currencyDecimals });
  if (parsed.ok) return parsed.value;
  const lines = parsed.problems.map(describe).join('\n');
  throw new MenuFileError(`Nothing was imported. ${file} needs mending:\n${lines}`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new MenuFileError(
      `There is no file ${file} that can be read. Check its name and folder.`,
    );
  }
}

function describe({ line, column, found, expected }: FileProblem): string {
  const where = column === '' ? `line ${line}` : `line ${line}, ${column}`;
  return found === '' ? `  ${where}: ${expected}` : `  ${where}: “${found}”. ${expected}`;
}

function decimalsOf(road: CommandRoad): number {
  return road.state.settings()?.settings.currencyDecimals ?? defaultDecimals;
}
