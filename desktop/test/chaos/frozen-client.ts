/** A phone in a process of its own, for `frozen.ts`: orders now and then, and tells what it was told. */
import { seededRandom } from '@fynlo/testing/surroundings';
import type { CommandName } from './said.ts';
import { Staff } from './staff.ts';

export interface FrozenClientReport {
  readonly type: 'ready' | 'where' | 'end';
  readonly seq?: number;
  readonly unsent?: number;
  /** Commands that were answered, by their names. */
  readonly said: readonly { readonly name: CommandName }[];
}

const [url = '', joinCode = ''] = process.argv.slice(2);
const random = seededRandom(7);
const staff = await Staff.open({ url, joinCode }, { waiters: 1, tills: 0, kitchens: 0, random });
const [phone] = staff.devices;
if (!phone) throw new Error('There is no phone.');

let isAsked = false;
process.on('message', (message) => {
  if (message === 'where' && !isAsked) {
    isAsked = true;
    void tellWhere();
  }
  if (message === 'end') report('end', {});
});
process.once('disconnect', () => process.exit(0));
staff.work(50);
setTimeout(() => report('ready', {}), 300);

/** Where it stands counts once it has put the device down. */
async function tellWhere(): Promise<void> {
  await staff.rest();
  isAsked = false;
  const client = phone?.client;
  report('where', { seq: client?.position()?.seq ?? 0, unsent: client?.status().unsent ?? 0 });
}

function report(type: FrozenClientReport['type'], more: Partial<FrozenClientReport>): void {
  const said = phone?.said.flatMap(({ outcome, names }) =>
    outcome && names[0] ? [{ name: names[0] }] : [],
  );
  process.send?.({ type, said: said ?? [], ...more } satisfies FrozenClientReport);
}
