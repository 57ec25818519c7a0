import type { DeviceId } from '@fynlo/domain';
import type { Device } from '@fynlo/domain/device';
import type { Floor } from '@fynlo/domain/floor';
import type { Menu, Product } from '@fynlo/domain/menu';
import { RestaurantState, type RestaurantParts } from '@fynlo/domain/restaurant';
import type { Settings } from '@fynlo/domain/settings';
import {
  bar,
  bitter,
  drinks,
  fishAndChips,
  howCooked,
  kitchen,
  mainRoom,
  mains,
  rare,
  steak,
  tableEight,
  tableSeven,
  theKitchenScreen,
  thePhone,
  theTill,
} from './the-cast.ts';

export function buildSettings(change: Partial<Settings> = {}): Settings {
  return {
    name: 'The Copper Kettle',
    currency: 'GBP' as Settings['currency'],
    currencyDecimals: 2,
    locale: 'en-GB',
    timeZone: 'Europe/London',
    dayEndsAtMinute: 240,
    terms: { vatBasis: 'inside', service: { mode: 'optional', rateBps: 1250 } },
    ...change,
  };
}

export function buildProduct(change: Partial<Product> = {}): Product {
  return {
    id: fishAndChips,
    categoryId: mains,
    name: 'Fish and chips',
    priceMinor: 1695,
    vatRateBps: 2000,
    stationId: kitchen,
    allergens: ['fish', 'gluten:wheat'],
    modifierGroupIds: [],
    variants: [],
    availability: [],
    active: true,
    ...change,
  };
}

/** Fish, a steak that must be asked about, and beer. */
export function buildMenu(change: Partial<Menu> = {}): Menu {
  return {
    stations: [
      { id: kitchen, name: 'Kitchen' },
      { id: bar, name: 'Bar' },
    ],
    categories: [
      { id: mains, name: 'Mains' },
      { id: drinks, name: 'Drinks' },
    ],
    products: [
      buildProduct(),
      buildProduct({ id: steak, name: 'Steak', priceMinor: 2450, modifierGroupIds: [howCooked] }),
      buildProduct({
        id: bitter,
        categoryId: drinks,
        name: 'Best bitter',
        priceMinor: 580,
        stationId: bar,
      }),
    ],
    modifierGroups: [
      {
        id: howCooked,
        name: 'How cooked',
        min: 1,
        max: 1,
        options: [{ id: rare, name: 'Rare', priceMinor: 0, allergens: [] }],
      },
    ],
    ...change,
  };
}

export function buildFloor(): Floor {
  const table = { areaId: mainRoom, seats: 4, shape: 'square', y: 0, width: 2, height: 2 } as const;
  return {
    areas: [{ id: mainRoom, name: 'Main room' }],
    tables: [
      { ...table, id: tableSeven, label: '7', x: 0 },
      { ...table, id: tableEight, label: '8', x: 3 },
    ],
  };
}

export function buildDevice(id: DeviceId, name: string, kind: Device['kind']): Device {
  return { id, name, kind, joinedAt: 0, version: 1 };
}

/** A restaurant that is open for orders, with a till, a phone and a kitchen screen. */
export function buildRestaurant(change: RestaurantParts = {}): RestaurantState {
  const state = new RestaurantState();
  state.restore({
    settings: { settings: buildSettings(), version: 1 },
    menu: { menu: buildMenu(), soldOut: [], version: 1 },
    floor: { floor: buildFloor(), version: 1 },
    devices: [
      buildDevice(theTill, 'Bar till', 'till'),
      buildDevice(thePhone, 'Phone 2', 'phone'),
      buildDevice(theKitchenScreen, 'Pass', 'kitchen'),
    ],
    ...change,
  });
  return state;
}
