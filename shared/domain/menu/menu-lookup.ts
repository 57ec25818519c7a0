import type { ModifierGroupId, ProductId } from '../ids.ts';
import type { Menu, ModifierGroup, Product } from './menu.ts';

interface MenuIndex {
  readonly products: ReadonlyMap<ProductId, Product>;
  readonly groups: ReadonlyMap<ModifierGroupId, ModifierGroup>;
}

/** A menu never changes once made, so its index is made once and lives as long as it does. */
const indexes = new WeakMap<Menu, MenuIndex>();

export function findProduct(menu: Menu, id: ProductId): Product | undefined {
  return indexOf(menu).products.get(id);
}

export function findModifierGroup(menu: Menu, id: ModifierGroupId): ModifierGroup | undefined {
  return indexOf(menu).groups.get(id);
}

function indexOf(menu: Menu): MenuIndex {
  const known = indexes.get(menu);
  if (known) return known;
  const index: MenuIndex = {
    products: new Map(menu.products.map((product) => [product.id, product])),
    groups: new Map(menu.modifierGroups.map((group) => [group.id, group])),
  };
  indexes.set(menu, index);
  return index;
}
