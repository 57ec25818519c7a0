import type { DeviceId } from '@fynlo/domain';
import type { DeviceKind, Role } from '@fynlo/domain/device';
import type { AppName } from './open-browser-storage.ts';

/** Who this device is at its hub, until it joins again. */
export interface Session {
  readonly token: string;
  readonly deviceId: DeviceId;
  /** What people call the device. */
  readonly name: string;
  readonly kind: DeviceKind;
  readonly role: Role;
  /** The restaurant's name, to greet with before the hub is heard. */
  readonly restaurant: string;
}

export function rememberSession(app: AppName, session: Session): void {
  try {
    localStorage.setItem(keyOf(app), JSON.stringify(session));
  } catch {
    // A browser that keeps nothing joins again on its next visit.
  }
}

export function recallSession(app: AppName): Session | undefined {
  try {
    const session = JSON.parse(localStorage.getItem(keyOf(app)) ?? 'null') as Session | null;
    return session?.token && session.deviceId ? session : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(app: AppName): string {
  return `fynlo-session-${app}`;
}
