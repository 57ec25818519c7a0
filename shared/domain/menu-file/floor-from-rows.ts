import { slug, type AreaId, type TableId } from '../ids.ts';
import type { Area, Floor, FloorTable } from '../floor/index.ts';
import { didYouMean } from './did-you-mean.ts';
import { Problems, type FileResult, type FileRow } from './file-problem.ts';
import { readTable, type NamedRow } from './file-table.ts';
import { NamedThings } from './named-things.ts';
import { readName, readWhole } from './text-cells.ts';

export const floorColumns = [
  'area',
  'table',
  'seats',
  'shape',
  'x',
  'y',
  'width',
  'height',
] as const;

const shapes: readonly FloorTable['shape'][] = ['square', 'round', 'rectangle'];
const gridMax = 200;
const tablesMax = 500;
const labelLengthMax = 12;

interface TableDraft {
  readonly id: TableId;
  readonly name: string;
  readonly table: FloorTable;
}

/** A floor plan from the rows of its file, one table a row, or everything that is wrong with them. */
export function floorFromRows(rows: readonly FileRow[]): FileResult<Floor> {
  const problems = new Problems();
  const areas = new Map<AreaId, Area>();
  const tables = new NamedThings<TableDraft>('table');
  const table = readTable(rows, { columns: floorColumns, required: floorColumns }, problems);
  for (const row of table) readFloorTable(row, areas, tables);
  const found = tables.entries();
  if (found.length > tablesMax) {
    problems.add(1, 'table', '', `At most ${tablesMax} tables; these are ${found.length}.`);
  } else {
    refuseOverlaps(found);
  }
  if (table.length === 0 && !problems.any) problems.add(1, 'table', '', 'At least one table.');
  const byArea = Map.groupBy(tables.values(), ({ table: { areaId } }) => areaId);
  return problems.result(() => ({
    areas: [...areas.values()],
    tables: [...areas.keys()].flatMap((id) => (byArea.get(id) ?? []).map((draft) => draft.table)),
  }));
}

function readFloorTable(
  row: NamedRow,
  areas: Map<AreaId, Area>,
  tables: NamedThings<TableDraft>,
): void {
  const area = readName(row, 'area', 'The area');
  const label = readName(row, 'table', 'The table');
  if (label !== undefined && label.length > labelLengthMax) {
    row.wrong('table', `A short name that fits on the plan: at most ${labelLengthMax} characters.`);
  }
  const seats = readWhole(row, 'seats', { min: 1, max: 99 });
  const shape = shapes.find((known) => known === row.get('shape').toLowerCase());
  if (!shape) row.wrong('shape', `A shape. ${didYouMean(row.get('shape'), shapes)}`);
  const x = readWhole(row, 'x', { min: 0, max: gridMax });
  const y = readWhole(row, 'y', { min: 0, max: gridMax });
  const width = readWhole(row, 'width', { min: 1, max: gridMax });
  const height = readWhole(row, 'height', { min: 1, max: gridMax });
  if (area === undefined || label === undefined) return;
  const areaId = slug(area) as AreaId;
  if (!areas.has(areaId)) areas.set(areaId, { id: areaId, name: area });
  if (seats === undefined || shape === undefined) return;
  if (x === undefined || y === undefined || width === undefined || height === undefined) return;
  const id = slug(label) as TableId;
  const floorTable = { id, label, areaId, seats, shape, x, y, width, height };
  tables.add(row, 'table', { id, name: label, table: floorTable });
}

/** A table under another could not be tapped. Tables that touch are fine. */
function refuseOverlaps(tables: readonly { thing: TableDraft; row: NamedRow }[]): void {
  for (const [place, { thing, row }] of tables.entries()) {
    const under = tables.slice(0, place).find((other) => overlap(other.thing.table, thing.table));
    if (!under) continue;
    const where = `${under.thing.name} on line ${under.row.line}`;
    row.wrong('x', `A free place: table ${thing.name} would lie on table ${where}.`);
  }
}

function overlap(a: FloorTable, b: FloorTable): boolean {
  return (
    a.areaId === b.areaId &&
    a.x < b.x + b.width &&
    b.x < a.x + a.width &&
    a.y < b.y + b.height &&
    b.y < a.y + a.height
  );
}
