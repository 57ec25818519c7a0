import type { Floor } from '../floor/index.ts';
import { floorColumns } from './floor-from-rows.ts';

/** The rows of a floor plan's file, area by area. Importing them gives the same floor plan. */
export function rowsFromFloor({ areas, tables }: Floor): string[][] {
  const rows = areas.flatMap(({ id, name }) =>
    tables
      .filter(({ areaId }) => areaId === id)
      .map(({ label, seats, shape, x, y, width, height }) =>
        [name, label, seats, shape, x, y, width, height].map(String),
      ),
  );
  return [[...floorColumns], ...rows];
}
