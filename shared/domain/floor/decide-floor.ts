import type { Decision } from '../decider.ts';
import type { TableId } from '../ids.ts';
import { refuse } from '../refusal.ts';
import type { FloorEvent, FloorState, FloorTable, ImportFloor } from './floor.ts';

export function decideFloor(
  state: FloorState | undefined,
  command: ImportFloor,
  occupied: ReadonlySet<TableId>,
): Decision<FloorEvent> {
  const kept = new Set(command.floor.tables.map(({ id }) => id));
  const lost = state?.floor.tables.find(({ id }) => occupied.has(id) && !kept.has(id));
  if (lost) return refuse('table-in-use', { table: lost.label });
  return [{ type: 'floor.imported', payload: { floor: command.floor } }];
}

export function evolveFloor(state: FloorState | undefined, event: FloorEvent): FloorState {
  return { floor: event.payload.floor, version: (state?.version ?? 0) + 1 };
}

/** Made once for a floor plan, which never changes. */
const indexes = new WeakMap<FloorState, ReadonlyMap<TableId, FloorTable>>();

export function findTable(state: FloorState | undefined, id: TableId): FloorTable | undefined {
  if (!state) return undefined;
  let index = indexes.get(state);
  if (!index) {
    index = new Map(state.floor.tables.map((table) => [table.id, table]));
    indexes.set(state, index);
  }
  return index.get(id);
}
