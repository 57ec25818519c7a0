import type { Surroundings } from './ports.ts';

/** The clock, the chance and the timers of the machine this runs on. */
export function systemSurroundings(): Surroundings {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    random: () => Math.random(),
    setTimer: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
