import type { NamedRow } from './file-table.ts';

export const menuColumns = [
  'type',
  'category',
  'name',
  'variant',
  'option',
  'sku',
  'description',
  'price',
  'vat',
  'station',
  'allergens',
  'modifiers',
  'min',
  'max',
  'availability',
  'active',
  'icon',
  'colour',
] as const;

export type MenuColumn = (typeof menuColumns)[number];

/** Without these a file has no product; the others may be left out. */
export const requiredMenuColumns: readonly MenuColumn[] = [
  'type',
  'category',
  'name',
  'price',
  'vat',
  'station',
];

export type RowType = 'category' | 'product' | 'variant' | 'group' | 'option';

const usedBy: Readonly<Record<RowType, readonly MenuColumn[]>> = {
  category: ['category', 'icon', 'colour'],
  product: [
    'category',
    'name',
    'sku',
    'description',
    'price',
    'vat',
    'station',
    'allergens',
    'modifiers',
    'availability',
    'active',
  ],
  variant: ['name', 'variant', 'sku', 'price'],
  group: ['name', 'min', 'max'],
  option: ['name', 'option', 'price', 'allergens'],
};

export const rowTypes = Object.keys(usedBy) as RowType[];

/** What would be lost without a word: a cell that this type of row does not read. */
export function refuseUnusedCells(row: NamedRow, type: RowType): void {
  for (const column of menuColumns) {
    if (column === 'type' || usedBy[type].includes(column) || row.get(column) === '') continue;
    row.wrong(
      column,
      `Nothing: a ${type} row has no ${column}. It reads ${usedBy[type].join(', ')}.`,
    );
  }
}
