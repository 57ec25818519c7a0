import type { ProductId } from '../ids.ts';
import type { Menu } from './menu.ts';

export type MenuEvent =
  | { readonly type: 'menu.imported'; readonly payload: { readonly menu: Menu } }
  | { readonly type: 'menu.product-sold-out'; readonly payload: { readonly productId: ProductId } }
  | { readonly type: 'menu.product-back'; readonly payload: { readonly productId: ProductId } };
