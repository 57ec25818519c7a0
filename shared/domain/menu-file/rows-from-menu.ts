import { formatAmount } from '../money/index.ts';
import type { Menu, ModifierGroup, Product } from '../menu/index.ts';
import { formatAllergens } from './allergens-cell.ts';
import { formatAvailability } from './availability-cell.ts';
import { menuColumns, type MenuColumn } from './menu-columns.ts';
import type { MenuFileOptions } from './menu-from-rows.ts';
import { formatPercent } from './number-cells.ts';

type Cells = Partial<Record<MenuColumn, string>>;

/**
 * The rows of a menu's file in their one order: each category followed by its products and their
 * variants, then each modifier group followed by its options. Importing them gives the same menu.
 */
export function rowsFromMenu(menu: Menu, { currencyDecimals }: MenuFileOptions): string[][] {
  const price = (amount: number) => formatAmount(amount, currencyDecimals);
  const groupNames = new Map(menu.modifierGroups.map(({ id, name }) => [id, name]));
  const stationNames = new Map(menu.stations.map(({ id, name }) => [id, name]));

  const productRows = (product: Product, category: string): Cells[] => [
    {
      type: 'product',
      category,
      name: product.name,
      sku: product.sku ?? '',
      description: product.description ?? '',
      price:
        product.variants.length > 0 && product.priceMinor === 0 ? '' : price(product.priceMinor),
      vat: formatPercent(product.vatRateBps),
      station: stationNames.get(product.stationId) ?? product.stationId,
      allergens: formatAllergens(product.allergens),
      modifiers: product.modifierGroupIds.map((id) => groupNames.get(id) ?? id).join('; '),
      availability: formatAvailability(product.availability),
      active: product.active ? 'yes' : 'no',
    },
    ...product.variants.map((variant) => ({
      type: 'variant',
      name: product.name,
      variant: variant.name,
      sku: variant.sku ?? '',
      price: price(variant.priceMinor),
    })),
  ];
  const groupRows = ({ name, min, max, options }: ModifierGroup): Cells[] => [
    { type: 'group', name, min: String(min), max: String(max) },
    ...options.map((option) => ({
      type: 'option',
      name,
      option: option.name,
      price: price(option.priceMinor),
      allergens: formatAllergens(option.allergens),
    })),
  ];

  const rows = [
    ...menu.categories.flatMap((category): Cells[] => [
      {
        type: 'category',
        category: category.name,
        icon: category.icon ?? '',
        colour: category.colour ?? '',
      },
      ...menu.products
        .filter(({ categoryId }) => categoryId === category.id)
        .flatMap((product) => productRows(product, category.name)),
    ]),
    ...menu.modifierGroups.flatMap(groupRows),
  ];
  return [[...menuColumns], ...rows.map((row) => menuColumns.map((column) => row[column] ?? ''))];
}
