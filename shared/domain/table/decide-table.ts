import type { Decision } from '../decider.ts';
import type { TableId } from '../ids.ts';
import { refuse } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import type { TableCommand, TableEvent, TableState } from './table.ts';

export interface TableSurroundings {
  /** What staff call the table; `undefined` when it is not on the floor plan. */
  readonly label: string | undefined;
  readonly hasOpenOrders: boolean;
}

export function decideTable(
  state: TableState | undefined,
  command: TableCommand,
  { label, hasOpenOrders }: TableSurroundings,
): Decision<TableEvent> {
  if (label === undefined) return refuse('table-unknown');
  const status = state?.status ?? 'free';
  switch (command.type) {
    case 'table.seat': {
      const covers = command.covers ?? null;
      if (status === 'seated' && state?.covers === covers) return [];
      return [{ type: 'table.seated', payload: { covers } }];
    }
    case 'table.vacate':
      if (hasOpenOrders) return refuse('table-has-open-orders', { table: label });
      return status === 'seated' ? [{ type: 'table.vacated', payload: {} }] : [];
    case 'table.clean':
      if (hasOpenOrders) return refuse('table-has-open-orders', { table: label });
      return status === 'free' ? [] : [{ type: 'table.cleaned', payload: {} }];
    default:
      return unreachable(command);
  }
}

export function evolveTable(
  state: TableState | undefined,
  event: TableEvent,
  when: { readonly id: TableId; readonly at: number },
): TableState {
  const base = { id: when.id, since: when.at, version: (state?.version ?? 0) + 1 };
  switch (event.type) {
    case 'table.seated':
      return { ...base, status: 'seated', covers: event.payload.covers };
    case 'table.vacated':
      return { ...base, status: 'dirty', covers: null };
    case 'table.cleaned':
      return { ...base, status: 'free', covers: null };
    default:
      return unreachable(event);
  }
}
