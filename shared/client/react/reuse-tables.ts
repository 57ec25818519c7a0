import type { TableView } from '@fynlo/domain/restaurant';
import { reuseList } from './selection.ts';

/** Keeps the object of every table at which nothing changed. */
export function reuseTables(before: TableView[], next: TableView[]): TableView[] {
  const known = new Map(before.map((table) => [table.tableId, table]));
  const tables = next.map((table) => {
    const last = known.get(table.tableId);
    return last && isSameTable(last, table) ? last : table;
  });
  return reuseList(before, tables);
}

function isSameTable(a: TableView, b: TableView): boolean {
  const isSame = a.status === b.status && a.since === b.since && a.covers === b.covers;
  return isSame && reuseList(a.orders, b.orders) === a.orders;
}
