import type { Floor } from '@fynlo/domain/floor';
import type { Menu } from '@fynlo/domain/menu';
import {
  floorFromRows,
  menuFromRows,
  rowsFromFloor,
  rowsFromMenu,
  settingsFromRows,
  type FileResult,
  type FileRow,
  type MenuFileOptions,
} from '@fynlo/domain/menu-file';
import type { Settings } from '@fynlo/domain/settings';
import { readCsv } from './read-csv.ts';
import { writeCsv } from './write-csv.ts';

/** All or nothing: the menu, or every problem with its line, column and what is expected. */
export function parseMenuFile(text: string, options: MenuFileOptions): FileResult<Menu> {
  return parseFile(text, (rows) => menuFromRows(rows, options));
}

/** The menu as a file that imports to the same menu. */
export function formatMenuFile(menu: Menu, options: MenuFileOptions): string {
  return writeCsv(rowsFromMenu(menu, options));
}

/** All or nothing: the floor plan, or every problem with `tables.csv`. */
export function parseFloorFile(text: string): FileResult<Floor> {
  return parseFile(text, floorFromRows);
}

/** The floor plan as a file that imports to the same floor plan. */
export function formatFloorFile(floor: Floor): string {
  return writeCsv(rowsFromFloor(floor));
}

/** All or nothing: the settings, or every problem with `restaurant.csv`. */
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
