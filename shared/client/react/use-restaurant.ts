import type { OrderId } from '@fynlo/domain';
import type { Floor } from '@fynlo/domain/floor';
import type { MenuState } from '@fynlo/domain/menu';
import type { Order } from '@fynlo/domain/order';
import { viewTables, type RestaurantReader, type TableView } from '@fynlo/domain/restaurant';
import type { Settings } from '@fynlo/domain/settings';
import { useCallback } from 'react';
import { reuseTables } from './reuse-tables.ts';
import { useView } from './use-view.ts';

/** `undefined` when it was never opened, or is closed. */
export function useOrder(id: OrderId): Order | undefined {
  return useView(useCallback((view: RestaurantReader) => view.order(id), [id]));
}

/** In the order they were opened. */
export function useOpenOrders(): readonly Order[] {
  return useView(selectOpenOrders);
}

/** Every table of the floor plan with what is happening at it. */
export function useTables(): readonly TableView[] {
  return useView(viewTables, reuseTables);
}

/** The menu with what is sold out; `undefined` before one was imported or heard of. */
export function useMenu(): MenuState | undefined {
  return useView(selectMenu);
}

export function useSettings(): Settings | undefined {
  return useView(selectSettings);
}

export function useFloor(): Floor | undefined {
  return useView(selectFloor);
}

const selectOpenOrders = (view: RestaurantReader) => [...view.openOrders()];
const selectMenu = (view: RestaurantReader) => view.menu();
const selectSettings = (view: RestaurantReader) => view.settings()?.settings;
const selectFloor = (view: RestaurantReader) => view.floor()?.floor;
