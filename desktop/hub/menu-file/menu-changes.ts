import { isDeepStrictEqual } from 'node:util';
import type { Menu, Product } from '@fynlo/domain/menu';

export interface MenuChanges {
  /** Names of products, in the order of the menu they stand in. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What putting `next` in the place of `current` would do to the products. */
export function menuChanges(current: Menu, next: Menu): MenuChanges {
  const before = productsById(current);
  const after = productsById(next);
  return {
    added: names(next.products.filter(({ id }) => !before.has(id))),
    changed: names(
      next.products.filter((product) => {
        const old = before.get(product.id);
        return old && !isDeepStrictEqual(withChoices(old, current), withChoices(product, next));
      }),
    ),
    removed: names(current.products.filter(({ id }) => !after.has(id))),
  };
}

function names(products: readonly Product[]): string[] {
  return products.map(({ name }) => name);
}

function productsById(menu: Menu): Map<string, Product> {
  return new Map(menu.products.map((product) => [product.id, product]));
}

/** A product changes when what may be chosen with it does. */
function withChoices(product: Product, { modifierGroups }: Menu) {
  const groups = modifierGroups.filter(({ id }) => product.modifierGroupIds.includes(id));
  return { product, groups };
}
