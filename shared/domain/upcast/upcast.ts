import type { RecordedEvent } from '../event.ts';
import { eventShapes, type EventShape, type EventShapes } from './event-shapes.ts';

/** What tells one kind of event from another. */
export interface EventKind {
  readonly type: string;
  readonly version: number;
}

/** A newer build wrote this event: a type unknown here, or a payload of a later version. */
export function isUnderstood(kind: EventKind, shapes: EventShapes = eventShapes): boolean {
  return kind.version <= (shapeOf(kind, shapes)?.version ?? -1);
}

/**
 * The event as today's rules read it: an older payload is brought up to date, step by step. Done
 * wherever events are folded, and never to what is stored, hashed or sent on.
 * @throws when the event is not understood here; ask `isUnderstood` where that can be.
 */
export function upcast(event: RecordedEvent, shapes: EventShapes = eventShapes): RecordedEvent {
  const shape = shapeOf(event, shapes);
  if (shape?.version === event.version) return event;
  if (!shape || event.version > shape.version) {
    throw new Error(`${event.type} version ${event.version} is newer than this build of Fynlo.`);
  }
  let payload: unknown = event.payload;
  for (let version = event.version; version < shape.version; version++) {
    const step = shape.upcasters?.[version];
    if (!step) throw new Error(`Nothing makes ${event.type} ${version + 1} out of ${version}.`);
    payload = step(payload);
  }
  return { ...event, version: shape.version, payload } as RecordedEvent;
}

function shapeOf({ type }: EventKind, shapes: EventShapes): EventShape | undefined {
  return Object.hasOwn(shapes, type) ? shapes[type] : undefined;
}
