import type { DeviceId } from '@fynlo/domain';
import type { DeviceKind, Role } from '@fynlo/domain/device';

/** Who is asking: a joined device, proven by its token. */
export interface Session {
  readonly deviceId: DeviceId;
  readonly kind: DeviceKind;
  readonly role: Role;
}
