/** Counts changes and tells listeners of them, at most once per turn. */
export class ChangeNotice {
  #revision = 0;
  #scheduled = false;
  readonly #listeners = new Set<() => void>();

  get revision(): number {
    return this.#revision;
  }

  /** The revision rises at once, so that whoever reads in this turn reads the new. */
  changed(): void {
    this.#revision++;
    if (this.#scheduled || this.#listeners.size === 0) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      for (const listener of this.#listeners) listener();
    });
  }

  listen(listener: () => void): () => void {
    // The same function may listen twice, and each stop ends only its own.
    const own = () => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
