import type { DeviceId } from '../ids.ts';

export const deviceKinds = ['till', 'phone', 'kitchen'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

/**
 * What a device may do until people sign in with a PIN: a till acts for the manager, a phone for a
 * waiter, a kitchen screen for the kitchen.
 */
export type Role = 'manager' | 'waiter' | 'kitchen';

export interface Device {
  readonly id: DeviceId;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly joinedAt: number;
  readonly version: number;
}

export type DeviceEvent = {
  readonly type: 'device.joined';
  readonly payload: { readonly name: string; readonly kind: DeviceKind };
};

/** Given by the hub itself, once the join code was right. */
export interface JoinDevice {
  readonly type: 'device.join';
  readonly deviceId: DeviceId;
  readonly name: string;
  readonly kind: DeviceKind;
}

const roles = { till: 'manager', phone: 'waiter', kitchen: 'kitchen' } as const;

export function roleOf(kind: DeviceKind): Role {
  return roles[kind];
}

export function evolveDevice(
  device: Device | undefined,
  event: DeviceEvent,
  when: { readonly id: DeviceId; readonly at: number },
): Device {
  const { name, kind } = event.payload;
  return { id: when.id, name, kind, joinedAt: when.at, version: (device?.version ?? 0) + 1 };
}
