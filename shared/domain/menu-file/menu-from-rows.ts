import { slug, type StationId } from '../ids.ts';
import type { Menu, Product, Station } from '../menu/index.ts';
import { didYouMean } from './did-you-mean.ts';
import { Problems, type FileResult, type FileRow } from './file-problem.ts';
import { readTable, type NamedRow } from './file-table.ts';
import {
  menuColumns,
  refuseUnusedCells,
  requiredMenuColumns,
  rowTypes,
  type RowType,
} from './menu-columns.ts';
import { newMenuDraft, type MenuDraft, type ProductDraft } from './menu-draft.ts';
import { readCategory } from './read-category.ts';
import { checkGroups, readGroup, readOption } from './read-group.ts';
import { checkPrices, readProduct, readVariant } from './read-product.ts';

export interface MenuFileOptions {
  /** Places after the point of the restaurant's currency. */
  readonly currencyDecimals: number;
}

const productsMax = 5_000;

type ReadRow = (row: NamedRow, draft: MenuDraft) => void;
/** What others name is read first, so rows may stand in any order. */
const passes: readonly Partial<Record<RowType, ReadRow>>[] = [
  { category: readCategory, group: readGroup },
  { product: readProduct, option: readOption },
  { variant: readVariant },
];

/**
 * A menu from the rows of its file, or everything that is wrong with them. All or nothing.
 * Rows may stand in any order; among their kind they are shown in the order they stand in.
 * docs/menu-file.md tells people what each column takes.
 */
export function menuFromRows(rows: readonly FileRow[], options: MenuFileOptions): FileResult<Menu> {
  const problems = new Problems();
  const shape = { columns: menuColumns, required: requiredMenuColumns };
  const typed = readTable(rows, shape, problems).flatMap(withType);
  const draft = newMenuDraft(options.currencyDecimals);
  for (const pass of passes) {
    for (const { row, type } of typed) pass[type]?.(row, draft);
  }
  checkGroups(draft);
  checkPrices(draft);
  const result = problems.result(() => menuOf(draft));
  if (!result.ok) return result;
  const products = result.value.products.length;
  if (products === 0) problems.add(1, 'type', '', 'At least one product row.');
  if (products > productsMax) {
    problems.add(1, 'type', '', `At most ${productsMax} products; these are ${products}.`);
  }
  return problems.result(() => result.value);
}

function withType(row: NamedRow): { row: NamedRow; type: RowType }[] {
  const text = row.get('type').toLowerCase();
  const type = rowTypes.find((known) => known === text);
  if (!type) {
    row.wrong('type', `A type of row. ${didYouMean(text, rowTypes)}`);
    return [];
  }
  refuseUnusedCells(row, type);
  return [{ row, type }];
}

/** Products by category, as the file is written: the same menu always has the same order. */
function menuOf({ categories, groups, products }: MenuDraft): Menu {
  const drafts = Map.groupBy(products.values(), ({ cells }) => cells.categoryId);
  const stations = new Map<StationId, Station>();
  const productOf = ({ station, cells, variants }: ProductDraft): Product => {
    const stationId = slug(station) as StationId;
    if (!stations.has(stationId)) stations.set(stationId, { id: stationId, name: station });
    return { ...cells, stationId, variants: variants.values() };
  };
  return {
    products: categories.values().flatMap(({ id }) => (drafts.get(id) ?? []).map(productOf)),
    stations: [...stations.values()],
    categories: categories.values(),
    modifierGroups: groups.values().map((group) => ({ ...group, options: group.options.values() })),
  };
}
