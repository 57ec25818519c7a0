import type { ProductId } from '../ids.ts';
import type { Menu } from './menu.ts';

/** Replaces the whole menu. Open orders keep the lines and prices they have. */
export interface ImportMenu {
  readonly type: 'menu.import';
  readonly menu: Menu;
}

/** The kitchen's 86, and its undoing. */
export interface EightySix {
  readonly type: 'menu.eighty-six';
  readonly productId: ProductId;
  readonly soldOut: boolean;
}

export type MenuCommand = ImportMenu | EightySix;
