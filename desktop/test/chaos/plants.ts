/**
 * Bugs put into a hub on purpose, to see that the judge sees them. Each replaces a piece of one
 * source file while Node loads it (`planted-hub.ts`); nothing of it is in the product.
 */
export interface Plant {
  /** The end of the file's path. */
  readonly file: string;
  readonly what: string;
  readonly replace: readonly (readonly [from: string, to: string])[];
}

export const plants = {
  'ack-before-commit': {
    file: 'desktop/hub/event-log/event-log.ts',
    what: 'answers at once and commits up to 60 ms later',
    replace: [
      ['begin.run();', 'if (!this.#db.inTransaction) begin.run();'],
      [
        'commit.run();',
        'this.#seq < 10 ? commit.run() : (this.later ??= setTimeout(() => { this.later = undefined; commit.run(); }, 60));',
      ],
    ],
  },
  'no-dedupe': {
    file: 'desktop/hub/commands/command-road.ts',
    what: 'a number that was answered before is decided again under the next one',
    replace: [
      [
        'if (no <= last) {',
        'if (no <= last) { return this.#decideOne({ ...submission, no: last + 1 }, staged, published);',
      ],
    ],
  },
  'altered-frame': {
    file: 'desktop/hub/live/event-frames.ts',
    what: 'screens are told of three where two were ordered',
    replace: [
      [
        'batch.push(event.json);',
        `batch.push(event.json.replace('"quantity":2', '"quantity":3'));`,
      ],
    ],
  },
  'lost-frame': {
    file: 'desktop/hub/live/live-sockets.ts',
    what: 'every 40th frame of events is not sent, and the cursor moves on',
    replace: [
      [
        'for (const frame of frames) this.#queue(connection, frame);',
        'for (const frame of frames) if ((globalThis.sent = (globalThis.sent ?? 0) + 1) % 40) this.#queue(connection, frame);',
      ],
    ],
  },
  'forgotten-refusal': {
    file: 'desktop/hub/event-log/event-log.ts',
    what: 'a refusal is answered and not recorded',
    replace: [
      ['if (events.length === 0) {', 'if (events.length === 0) { if (entry.refusal) return;'],
    ],
  },
  'io-error-ignored': {
    file: 'desktop/hub/event-log/event-log.ts',
    what: 'a commit that failed is taken for one that did not',
    replace: [['      this.#forgetUncommittedClients();\n      throw error;', '      void error;']],
  },
} as const satisfies Record<string, Plant>;

export type PlantName = keyof typeof plants;
