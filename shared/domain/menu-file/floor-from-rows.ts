import { slug, type AreaId, type TableId } from '../ids.ts';
import type { Area, Floor, FloorTable } from '../floor/index.ts';
import { readName, readWhole } from './cells.ts';
import { Problems, readTable, type FileResult, type FileRow } from './file-table.ts';

export const floorColumns = ['area', 'table', 'seats', 'shape', 'x', 'y', 'width', 'height'];
const shapes: readonly string[] = ['square', 'round', 'rectangle'];
const gridMax = 200;

/** A floor plan from the rows of its file, one table a row, or everything that is wrong with them. */
export function floorFromRows(rows: readonly FileRow[]): FileResult<Floor> {
  const problems = new Problems();
  const areas = new Map<string, Area>();
  const tables = new Map<string, FloorTable>();
  for (const row of readTable(rows, floorColumns, floorColumns, problems)) {
    const areaName = readName(row, 'area', problems, 'The area');
    const label = readName(row, 'table', problems, 'The table');
    const seats = readWhole(row, 'seats', { min: 1, max: 99 }, problems);
    const shape = row.get('shape').toLowerCase();
    if (!shapes.includes(shape)) {
      problems.add(row.line, 'shape', shape, `One of ${shapes.join(', ')}.`);
    }
    const place = { min: 0, max: gridMax };
    const size = { min: 1, max: gridMax };
    const x = readWhole(row, 'x', place, problems);
    const y = readWhole(row, 'y', place, problems);
    const width = readWhole(row, 'width', size, problems);
    const height = readWhole(row, 'height', size, problems);
    if (areaName === undefined || label === undefined) continue;
    const areaId = slug(areaName) as AreaId;
    const id = slug(label) as TableId;
    if (id === '' || tables.has(id)) {
      problems.add(row.line, 'table', label, 'Every table needs a number or name of its own.');
    }
    areas.set(areaId, { id: areaId, name: areaName });
    tables.set(id, {
      id,
      label,
      areaId,
      seats: seats ?? 1,
      shape: shape as FloorTable['shape'],
      x: x ?? 0,
      y: y ?? 0,
      width: width ?? 1,
      height: height ?? 1,
    });
  }
  return problems.result({ areas: [...areas.values()], tables: [...tables.values()] });
}
