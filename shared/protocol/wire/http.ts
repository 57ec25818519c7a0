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
/** GET /api/v1/health: `damaged` and `backup-failing` are told in full to managers only. */
export type HubCondition = 'ok' | 'backup-failing' | 'damaged';

/** One file that could be put back. */
export interface BackupInfo {
  readonly id: string;
  readonly file: string;
  /** It is in the second folder, as on a stick. */
  readonly isSecondCopy: boolean;
  readonly bytes: number;
  readonly madeAt: number;
  /** A file that has its name was checked as a whole; one that cannot be read now has broken since. */
  readonly isReadable: boolean;
  readonly restaurant: string;
  readonly orders: number;
  /** The last thing that happened in it. */
  readonly upTo: number | null;
  /** What happened since; null when the backup is not of this restaurant's present history. */
  readonly after: { readonly changes: number; readonly orders: number } | null;
}

/** GET /api/v1/backups */
export interface BackupsInfo {
  /** Newest first, those of the second folder after the hub's own. */
  readonly items: readonly BackupInfo[];
  readonly next: null;
  /** What a person types to put a backup back. */
  readonly restaurant: string;
  readonly folder: string;
  readonly secondFolder: string | null;
  /** 0: none by itself. */
  readonly everyMinutes: number;
  readonly busy: 'backup' | 'check' | 'restore' | null;
  /** Why the last backup, or its second copy, was not made. */
  readonly problem: string | null;
  /** The last check of the whole database. */
  readonly check: {
    readonly at: number;
    readonly problem: string | null;
    readonly oddity: string | null;
  } | null;
  /** The last time a backup was put back. */
  readonly restored: {
    readonly at: number;
    readonly upTo: number;
    readonly series: string;
  } | null;
}

/** POST /api/v1/backups/folder */
export interface BackupFolderRequest {
  /** A folder on the hub's computer; null gives the second copy up. */
  readonly folder: string | null;
}

/** POST /api/v1/backups/restores */
export interface RestoreRequest {
  readonly id: string;
  /** The restaurant's name, typed by hand. */
  readonly restaurant: string;
}
export interface RestoreResponse {
  /** The history that begins now. The hub closes its sockets and is back in a moment. */
  readonly historyId: HistoryId;
  readonly series: string;
}

/** Every list. `next` is given back as `after`; null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export type { FileProblem } from '@fynlo/domain/menu-file';
