import type { AskToTakeOver, NotAlone } from '../service-worker/kept-files.ts';

/** Whether this phone opens Fynlo when there is no hub, and if not, why not. */
export type OpensWithoutHub = 'yes' | 'not-yet' | 'connection-not-secure' | 'browser-does-not-keep';

export interface Keeping {
  readonly opensWithoutHub: OpensWithoutHub;
  /** A newer version is kept beside this one and waits to be let in. */
  readonly isNewerReady: boolean;
}

const base = import.meta.env.BASE_URL;
/** A worker is up at once or is ill; nobody waits for it with a guest in front of them. */
const takeOverWithinMs = 1_000;

/**
 * The page's side of the service worker: has the app kept, hears of a newer version, and lets it
 * in when a person says so. A newer version also takes over by itself, in `isNewerComing`, when the
 * app opens and no other tab of it is there. Never in between: nobody loses a half-made choice.
 */
export class KeptApp {
  readonly #workers: ServiceWorkerContainer | undefined;
  readonly #listeners = new Set<() => void>();
  #registration: ServiceWorkerRegistration | undefined;
  #keeping: Keeping = { opensWithoutHub: 'not-yet', isNewerReady: false };

  constructor() {
    // Absent over plain HTTP, whatever the types say.
    this.#workers = (navigator as Partial<Navigator>).serviceWorker;
  }

  read = (): Keeping => this.#keeping;

  listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Asked when the app opens, before anything is on the screen. True when a newer version waited and
   * has taken over: then the page is to be loaded again.
   */
  async isNewerComing(): Promise<boolean> {
    return this.#workers?.controller ? this.#takeOver('take-over-if-alone') : false;
  }

  /** Has the app kept from now on. What fails is said in `read()`. */
  async start(): Promise<void> {
    if (!isSecureContext) return this.#say({ opensWithoutHub: 'connection-not-secure' });
    if (!this.#workers) return this.#say({ opensWithoutHub: 'browser-does-not-keep' });
    let isControlled = this.#workers.controller !== null;
    this.#workers.addEventListener('controllerchange', () => {
      // The first one only begins to keep this page. Any other is newer than this page.
      if (isControlled) this.#say({ isNewerReady: true });
      isControlled = true;
    });
    await this.#register(this.#workers);
  }

  /** The hub is back, perhaps with a newer version, or with one that could not be kept before. */
  async lookForNewer(): Promise<void> {
    try {
      if (this.#registration?.active) await this.#registration.update();
      else if (this.#workers) await this.#register(this.#workers);
    } catch {
      // The hub went away again. It will be looked for when it is back.
    }
  }

  /** Lets the newer version in. The caller has stored what it had, and loads the page again. */
  async letNewerIn(): Promise<void> {
    await this.#takeOver('take-over');
  }

  async #register(workers: ServiceWorkerContainer): Promise<void> {
    try {
      const registration = await workers.register(`${base}sw.js`, { updateViaCache: 'none' });
      const isKnown = registration === this.#registration;
      this.#registration = registration;
      this.#look(registration);
      if (isKnown) return;
      const watch = () =>
        registration.installing?.addEventListener('statechange', () => this.#look(registration));
      registration.addEventListener('updatefound', watch);
      watch();
    } catch (error) {
      // A TypeError is a script that did not come; anything else is a browser that will not.
      if (!(error instanceof TypeError)) this.#say({ opensWithoutHub: 'browser-does-not-keep' });
    }
  }

  #look({ active, waiting }: ServiceWorkerRegistration): void {
    if (active) this.#say({ opensWithoutHub: 'yes' });
    if (active && waiting) this.#say({ isNewerReady: true });
  }

  /** @returns whether the version that waited has taken over, soon enough. */
  async #takeOver(ask: AskToTakeOver): Promise<boolean> {
    const workers = this.#workers;
    const waiting = (await workers?.getRegistration(base))?.waiting;
    if (!workers || !waiting) return false;
    return new Promise((resolve) => {
      setTimeout(() => resolve(false), takeOverWithinMs);
      workers.addEventListener('controllerchange', () => resolve(true), { once: true });
      workers.addEventListener('message', ({ data }) => {
        if ((data as NotAlone) === 'not-alone') resolve(false);
      });
      workers.startMessages();
      waiting.postMessage(ask);
    });
  }

  #say(news: Partial<Keeping>): void {
    this.#keeping = { ...this.#keeping, ...news };
    for (const listener of this.#listeners) listener();
  }
}
