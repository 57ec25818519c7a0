import { randomFillSync, randomUUID } from 'node:crypto';

/** Time, turns and chance as the hub's core sees them, so that a simulation can own them. */
export interface HubSurroundings {
  /** The wall clock, ms since 1970. Somebody may set it: nothing is measured or ordered by it. */
  readonly now: () => number;
  /** Milliseconds that only ever rise: for everything that waits. */
  readonly elapsed: () => number;
  /** Runs at the end of this turn, before anything else happens. */
  readonly soon: (run: () => void) => void;
  /** Runs after every socket with something to say in this turn has said it. */
  readonly afterTurn: (run: () => void) => void;
  /** Returns the way to call it off. Does not keep a process alive. */
  readonly setTimer: (run: () => void, ms: number) => () => void;
  readonly uuid: () => string;
  readonly fillRandom: (bytes: Buffer) => void;
}

export function systemSurroundings(now: () => number = Date.now): HubSurroundings {
  return {
    now,
    elapsed: () => performance.now(),
    soon: queueMicrotask,
    afterTurn: (run) => void setImmediate(run),
    setTimer: (run, ms) => {
      const timer = setTimeout(run, ms).unref();
      return () => clearTimeout(timer);
    },
    uuid: () => randomUUID(),
    fillRandom: (bytes) => void randomFillSync(bytes),
  };
}
