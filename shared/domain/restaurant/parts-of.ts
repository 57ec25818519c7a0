import type { RestaurantParts, RestaurantReader } from './restaurant-state.ts';

/** The whole state as plain JSON: every open order, nothing closed. `restore` takes it back. */
export function partsOf(state: RestaurantReader): RestaurantParts {
  const settings = state.settings();
  const menu = state.menu();
  const floor = state.floor();
  const orderCounter = state.orderCounter();
  return {
    ...(settings && { settings }),
    ...(menu && { menu: { ...menu, soldOut: [...menu.soldOut] } }),
    ...(floor && { floor }),
    ...(orderCounter && { orderCounter }),
    orders: [...state.openOrders()],
    tables: [...state.tables()],
    devices: [...state.devices()],
  };
}
