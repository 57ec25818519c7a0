import type { JoinDevice } from './device/index.ts';
import type { ImportFloor } from './floor/index.ts';
import type { MenuCommand } from './menu/index.ts';
import type { OrderCommand } from './order/index.ts';
import type { ChangeSettings } from './settings/index.ts';
import type { TableCommand } from './table/index.ts';

/** Everything that can be asked of a restaurant. */
export type Command =
  OrderCommand | TableCommand | MenuCommand | ImportFloor | ChangeSettings | JoinDevice;

export type CommandType = Command['type'];
