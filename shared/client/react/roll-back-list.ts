import type { Client, RollBack } from '../connection/index.ts';

const keptMax = 20;

/** The refusals a person has not yet waved away, newest last. */
export class RollBackList {
  #rollBacks: readonly RollBack[] = [];
  readonly #listeners = new Set<() => void>();

  /** Listens for as long as the client is open. */
  constructor(client: Client) {
    client.onRollBack((rolledBack) => this.#change([...this.#rollBacks, rolledBack]));
  }

  read = (): readonly RollBack[] => this.#rollBacks;

  listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  dismiss = (rolledBack: RollBack): void => {
    this.#change(this.#rollBacks.filter((other) => other !== rolledBack));
  };

  #change(rollBacks: readonly RollBack[]): void {
    this.#rollBacks = rollBacks.slice(-keptMax);
    for (const listener of this.#listeners) listener();
  }
}
