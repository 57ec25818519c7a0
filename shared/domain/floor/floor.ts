import type { AreaId, TableId } from '../ids.ts';

export interface Area {
  readonly id: AreaId;
  readonly name: string;
}

/** A table on the floor plan. Place and size are in grid squares of half a metre. */
export interface FloorTable {
  readonly id: TableId;
  /** What staff call it: `7`, `B2`. */
  readonly label: string;
  readonly areaId: AreaId;
  readonly seats: number;
  readonly shape: 'square' | 'round' | 'rectangle';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Floor {
  readonly areas: readonly Area[];
  readonly tables: readonly FloorTable[];
}

export interface FloorState {
  readonly floor: Floor;
  readonly version: number;
}

export type FloorEvent = {
  readonly type: 'floor.imported';
  readonly payload: { readonly floor: Floor };
};

/** Replaces the floor plan. A table with an open order must stay. */
export interface ImportFloor {
  readonly type: 'floor.import';
  readonly floor: Floor;
}
