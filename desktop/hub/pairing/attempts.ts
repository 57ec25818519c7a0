const windowMs = 5 * 60_000;
const perAddressMax = 10;
const inAllMax = 50;

/**
 * Counts wrong join codes: ten from one address and fifty in all within five minutes. Trying all
 * million codes at that rate takes 69 days, or 347 from one address.
 */
export class Attempts {
  #wrong: { address: string; at: number }[] = [];

  /** Seconds to wait, or 0 when another try is allowed. */
  waitSeconds(address: string, now: number): number {
    this.#wrong = this.#wrong.filter(({ at }) => now - at < windowMs);
    const here = this.#wrong.filter((attempt) => attempt.address === address);
    const blocking =
      here.length >= perAddressMax ? here : this.#wrong.length >= inAllMax ? this.#wrong : [];
    const [oldest] = blocking;
    return oldest ? Math.ceil((oldest.at + windowMs - now) / 1000) : 0;
  }

  addWrong(address: string, now: number): void {
    this.#wrong.push({ address, at: now });
  }
}
