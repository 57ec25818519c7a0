import { slug } from '../ids.ts';
import { didYouMean } from './did-you-mean.ts';
import type { NamedRow } from './file-table.ts';

/** Things of one kind in the order of the file. Two of one name would have one id. */
export class NamedThings<Thing extends { readonly id: string; readonly name: string }> {
  readonly #kind: string;
  readonly #found = new Map<string, { readonly thing: Thing; readonly row: NamedRow }>();

  /** `kind` is what a person calls it: `category`, `modifier group`. */
  constructor(kind: string) {
    this.#kind = kind;
  }

  add(row: NamedRow, column: string, thing: Thing): void {
    const before = this.#found.get(thing.id);
    if (!before) this.#found.set(thing.id, { thing, row });
    else
      row.wrong(column, `Another name: the ${this.#kind} on line ${before.row.line} has this one.`);
  }

  /** The thing of that name, or a problem in that column of the row. */
  find(row: NamedRow, column: string, name: string): Thing | undefined {
    const found = this.#found.get(slug(name));
    if (found) return found.thing;
    if (name === '') return row.wrong(column, `The name of a ${this.#kind} is needed here.`);
    const names = () => this.values().map((thing) => thing.name);
    return row.wrong(
      column,
      () => `There is no such ${this.#kind}. ${didYouMean(name, names())}`,
      name,
    );
  }

  values(): Thing[] {
    return [...this.#found.values()].map(({ thing }) => thing);
  }

  /** Each with the row it stands on. */
  entries(): { readonly thing: Thing; readonly row: NamedRow }[] {
    return [...this.#found.values()];
  }
}
