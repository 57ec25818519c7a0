import type {
  AreaId,
  CategoryId,
  DeviceId,
  LineId,
  ModifierGroupId,
  OptionId,
  OrderId,
  ProductId,
  StationId,
  TableId,
} from '@fynlo/domain';

/** The names that tests share: one small restaurant on a Friday evening. */
export const tableSeven = 'table-7' as TableId;
export const tableEight = 'table-8' as TableId;
export const mainRoom = 'main-room' as AreaId;
export const kitchen = 'kitchen' as StationId;
export const bar = 'bar' as StationId;
export const mains = 'mains' as CategoryId;
export const drinks = 'drinks' as CategoryId;
export const fishAndChips = 'fish-and-chips' as ProductId;
export const steak = 'steak' as ProductId;
export const bitter = 'bitter' as ProductId;
export const howCooked = 'how-cooked' as ModifierGroupId;
export const rare = 'rare' as OptionId;
export const theTill = uuid('d', 1) as DeviceId;
export const thePhone = uuid('d', 2) as DeviceId;
export const theKitchenScreen = uuid('d', 3) as DeviceId;

export function orderId(n: number): OrderId {
  return uuid('0', n) as OrderId;
}

export function lineId(n: number): LineId {
  return uuid('1', n) as LineId;
}

function uuid(kind: string, n: number): string {
  return `0193a5b0-000${kind}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
