import {
  slug,
  type CategoryId,
  type ModifierGroupId,
  type ProductId,
  type VariantId,
} from '../ids.ts';
import { readAllergens } from './allergens-cell.ts';
import { readAvailability } from './availability-cell.ts';
import type { NamedRow } from './file-table.ts';
import type { MenuDraft } from './menu-draft.ts';
import { NamedThings } from './named-things.ts';
import { readPercent, readPrice } from './number-cells.ts';
import { readName, readText, readYesNo, splitList } from './text-cells.ts';

const skuLengthMax = 40;
const descriptionLengthMax = 500;

export function readProduct(row: NamedRow, draft: MenuDraft): void {
  const name = readName(row, 'name', 'A product');
  const category = draft.categories.find(row, 'category', row.get('category'));
  const station = readName(row, 'station', 'The kitchen station that makes it');
  const sku = readText(row, 'sku', skuLengthMax);
  const description = readText(row, 'description', descriptionLengthMax);
  const hasPrice = row.get('price') !== '';
  const priceMinor = hasPrice ? readPrice(row, draft.currencyDecimals) : 0;
  const cells = {
    categoryId: category?.id ?? ('' as CategoryId),
    ...(sku && { sku }),
    ...(description && { description }),
    priceMinor: priceMinor ?? 0,
    vatRateBps: readPercent(row, 'vat') ?? 0,
    allergens: readAllergens(row),
    modifierGroupIds: readModifiers(row, draft),
    availability: readAvailability(row),
    active: readYesNo(row, 'active'),
  };
  if (name === undefined) return;
  const id = slug(name) as ProductId;
  draft.products.add(row, 'name', {
    id,
    name,
    cells: { id, name, ...cells },
    station: station ?? '',
    variants: new NamedThings('variant'),
    hasPrice,
  });
}

export function readVariant(row: NamedRow, { products, currencyDecimals }: MenuDraft): void {
  const product = products.find(row, 'name', row.get('name'));
  const name = readName(row, 'variant', 'A variant');
  const priceMinor = readPrice(row, currencyDecimals) ?? 0;
  const sku = readText(row, 'sku', skuLengthMax);
  if (!product || name === undefined) return;
  const id = slug(name) as VariantId;
  product.variants.add(row, 'variant', { id, name, ...(sku && { sku }), priceMinor });
}

/** To be asked when all rows are read. */
export function checkPrices({ products, currencyDecimals }: MenuDraft): void {
  for (const { thing, row } of products.entries()) {
    // An empty cell is no price, and says so as any wrong price does.
    if (!thing.hasPrice && thing.variants.values().length === 0) readPrice(row, currencyDecimals);
  }
}

function readModifiers(row: NamedRow, { groups }: MenuDraft): ModifierGroupId[] {
  const ids = new Set<ModifierGroupId>();
  for (const name of splitList(row.get('modifiers'))) {
    const group = groups.find(row, 'modifiers', name);
    if (!group) continue;
    if (ids.has(group.id)) row.wrong('modifiers', 'Each modifier group once.', name);
    ids.add(group.id);
  }
  return [...ids];
}
