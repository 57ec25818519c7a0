import type { TableId } from '../ids.ts';

/** What staff did at a table. Whether it has orders is read from the orders. */
export interface TableState {
  readonly id: TableId;
  readonly status: 'free' | 'seated' | 'dirty';
  readonly covers: number | null;
  readonly since: number;
  readonly version: number;
}

export type TableEvent =
  | { readonly type: 'table.seated'; readonly payload: { readonly covers: number | null } }
  /** The guests have left; it wants cleaning. */
  | { readonly type: 'table.vacated'; readonly payload: Readonly<Record<string, never>> }
  | { readonly type: 'table.cleaned'; readonly payload: Readonly<Record<string, never>> };

interface ForTable {
  readonly tableId: TableId;
}

export type TableCommand =
  | (ForTable & { readonly type: 'table.seat'; readonly covers?: number })
  | (ForTable & { readonly type: 'table.vacate' })
  | (ForTable & { readonly type: 'table.clean' });
