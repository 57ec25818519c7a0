import type { Decision } from '../decider.ts';
import { refuse } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import type { MenuCommand } from './menu-commands.ts';
import type { MenuEvent } from './menu-events.ts';
import { findProduct } from './menu-lookup.ts';
import type { MenuState } from './menu.ts';

/** An import is checked by the door it came through; here it is taken as it is. */
export function decideMenu(
  state: MenuState | undefined,
  command: MenuCommand,
): Decision<MenuEvent> {
  switch (command.type) {
    case 'menu.import':
      return [{ type: 'menu.imported', payload: { menu: command.menu } }];
    case 'menu.eighty-six': {
      const { productId, soldOut } = command;
      if (!state) return refuse('menu-missing');
      if (!findProduct(state.menu, productId)) return refuse('product-unknown');
      if (state.soldOut.has(productId) === soldOut) return [];
      return [
        { type: soldOut ? 'menu.product-sold-out' : 'menu.product-back', payload: { productId } },
      ];
    }
    default:
      return unreachable(command);
  }
}

export function evolveMenu(state: MenuState | undefined, event: MenuEvent): MenuState {
  const version = (state?.version ?? 0) + 1;
  switch (event.type) {
    case 'menu.imported': {
      const { menu } = event.payload;
      const kept = [...(state?.soldOut ?? [])].filter((id) => findProduct(menu, id));
      return { menu, soldOut: new Set(kept), version };
    }
    case 'menu.product-sold-out': {
      const soldOut = new Set(state?.soldOut).add(event.payload.productId);
      return { ...mustHaveMenu(state), soldOut, version };
    }
    case 'menu.product-back': {
      const soldOut = new Set(state?.soldOut);
      soldOut.delete(event.payload.productId);
      return { ...mustHaveMenu(state), soldOut, version };
    }
    default:
      return unreachable(event);
  }
}

function mustHaveMenu(state: MenuState | undefined): MenuState {
  if (!state) throw new Error('A product ran out before any menu was imported.');
  return state;
}
