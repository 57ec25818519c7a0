import type { ClientId, DeviceId, HistoryId, Refusal } from '@fynlo/domain';
import type { DeviceKind, Role } from '@fynlo/domain/device';
import type { WireCommand } from './messages.ts';

/** POST /api/v1/join */
export interface JoinRequest {
  /** Six digits, shown on the hub. */
  readonly code: string;
  readonly name: string;
  readonly kind: DeviceKind;
}
export interface JoinResponse {
  readonly token: string;
  readonly deviceId: DeviceId;
  readonly role: Role;
  readonly restaurant: { readonly historyId: HistoryId; readonly name: string };
}

/** GET /api/v1/join-info: for a joined till that shows others how to join. */
export interface JoinInfo {
  readonly code: string;
  /** The phone app's addresses, best first, each with the code in its fragment. */
  readonly phoneUrls: readonly string[];
  readonly kitchenUrls: readonly string[];
  readonly tillUrls: readonly string[];
  /** The QR code of the first phone address, as SVG. */
  readonly phoneQrSvg: string;
}

/** POST /api/v1/commands */
export interface CommandRequest {
  readonly clientId: ClientId;
  readonly no: number;
  readonly command: WireCommand;
}
export type CommandResponse =
  | { readonly no: number; readonly accepted: true; readonly seq: number }
  | ({ readonly no: number; readonly accepted: false } & Refusal);

/** POST /api/v1/menu/imports */
export interface MenuImportRequest {
  /** Made by the client; the same id imports once. */
  readonly importId: ClientId;
  readonly csv: string;
  /** Only check the file and say what would change. */
  readonly dryRun?: boolean;
}
export interface MenuImportResponse {
  readonly imported: boolean;
  readonly categories: number;
  readonly products: number;
  readonly modifierGroups: number;
  /** Products the file adds, changes and drops, by name, compared with the menu in use. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}
/** Every list. `next` is given back as `after`; null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export type { FileProblem } from '@fynlo/domain/menu-file';
