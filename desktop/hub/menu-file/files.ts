import type { Floor } from '@fynlo/domain/floor';
import type { Menu } from '@fynlo/domain/menu';
import {
  floorFromRows,
  menuFromRows,
  rowsFromMenu,
  settingsFromRows,
  type FileResult,
  type FileRow,
  type MenuFileOptions,
} from '@fynlo/domain/menu-file';
import type { Settings } from '@fynlo/domain/settings';
import { stringify } from 'csv-stringify/sync';
import { readCsv } from './read-csv.ts';

/** All or nothing: the menu, or every problem with its line, column and what is expected. */
export function parseMenuFile(text: string, options: MenuFileOptions): FileResult<Menu> {
  return parseFile(text, (rows) => menuFromRows(rows, options));
}

/**
 * The menu as a file. UTF-8 with line feeds. Nothing needs escaping against formulas: a name that
 * begins like one is refused on the way in.
 */
export function formatMenuFile(menu: Menu, options: MenuFileOptions): string {
  return stringify(rowsFromMenu(menu, options));
}

export function parseFloorFile(text: string): FileResult<Floor> {
  return parseFile(text, floorFromRows);
}

export function parseSettingsFile(text: string): FileResult<Settings> {
  return parseFile(text, settingsFromRows);
}

function parseFile<Value>(
  text: string,
  fromRows: (rows: readonly FileRow[]) => FileResult<Value>,
): FileResult<Value> {
  const rows = readCsv(text);
  return 'expected' in rows ? { ok: false, problems: [rows] } : fromRows(rows);
}
