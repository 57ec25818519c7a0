import { partsOf } from '@fynlo/domain/restaurant';
import type { Device } from './device.ts';
import { findDoubles, whyNotAsAsked } from './effects.ts';
import { digestOf, readHubFile, type HubFile, type Kept } from './hub-file.ts';
import { nameKey, type Said } from './said.ts';

/** What the judge found. Every list is empty when the promise was kept. */
export interface Verdict {
  readonly events: number;
  /** Commands whose answer a client has. */
  readonly answered: number;
  /** Acknowledged or refused, and the file does not know it. */
  readonly lost: readonly string[];
  /** Recorded as something else than was asked or answered. */
  readonly altered: readonly string[];
  /** Took effect a second time. */
  readonly doubled: readonly string[];
  /** The file by itself: pages, gaps, chain. */
  readonly broken: readonly string[];
  /** Devices that show something else than the events tell. */
  readonly differing: readonly string[];
  /** Commands no answer came for. */
  readonly unanswered: number;
}

/**
 * Compares what clients were told with what stands in the hub's file. Call it when the hub is down:
 * it reads the file as a power cut would leave it, and asks no part of the hub.
 */
export function judge(dataFolder: string, devices: readonly Device[]): Verdict {
  const file = readHubFile(dataFolder);
  const said = devices.flatMap((device) => device.said);
  const found = said.flatMap((each) => judgeOne(each, file));
  const of = (kind: Finding['kind']) =>
    found.filter((each) => each.kind === kind).map(({ what }) => what);
  const truth = digestOf(partsOf(file.replayed));
  return {
    events: file.events.length,
    answered: said.filter(({ outcome }) => outcome).length,
    lost: of('lost'),
    altered: [...of('altered'), ...unasked(said, devices, file)],
    doubled: [...of('doubled'), ...findDoubles(file.events)],
    broken: file.wrong,
    differing: devices
      .filter(({ client }) => digestOf(partsOf(client.confirmed())) !== truth)
      .map(({ name }) => name),
    unanswered: said.filter(({ outcome }) => !outcome).length,
  };
}

/** The verdict in sentences; none when all is well. */
export function complaints(verdict: Verdict): string[] {
  const { lost, altered, doubled, broken, differing, unanswered } = verdict;
  const first = (name: string, items: readonly string[]) =>
    items.length > 0 ? [`${items.length} ${name}: ${items.slice(0, 3).join('; ')}`] : [];
  return [
    ...first('lost', lost),
    ...first('altered', altered),
    ...first('doubled', doubled),
    ...first('broken', broken),
    ...first('devices that differ', differing),
    ...(unanswered > 0 ? [`${unanswered} commands without an answer`] : []),
  ];
}

interface Finding {
  readonly kind: 'lost' | 'altered' | 'doubled';
  readonly what: string;
}

function judgeOne(said: Said, { kept }: HubFile): Finding[] {
  const { command, names, outcome } = said;
  const title = `${command.type} ${names.map(nameKey).join(' and ')}`;
  const places = names.flatMap((name) => kept.get(nameKey(name)) ?? []);
  const findings: Finding[] = [];
  const add = (kind: Finding['kind'], what: string) =>
    findings.push({ kind, what: `${title} ${what}` });

  const effects = places.filter(({ events }) => events.length > 0);
  if (effects.length > 1) add('doubled', 'took effect under two names');
  for (const { events } of effects) {
    const why = whyNotAsAsked(command, events);
    if (why) add('altered', `is not as asked: ${why}`);
  }
  if (!outcome) return findings;
  if (places.length === 0) add('lost', 'was answered and is not there');
  else if (!places.some((place) => isAnswer(place, outcome))) {
    const told = outcome.accepted ? `accepted at ${outcome.seq}` : outcome.refused;
    add('altered', `was answered “${told}” and the file says ${JSON.stringify(places.map(brief))}`);
  }
  return findings;
}

function isAnswer({ events, result }: Kept, outcome: NonNullable<Said['outcome']>): boolean {
  if (!outcome.accepted) return result?.refused === outcome.refused;
  const seq = events.at(-1)?.seq ?? (result?.refused === null ? result.seq : undefined);
  return seq === outcome.seq;
}

function brief({ events, result }: Kept): unknown {
  return result ?? events.map(({ type, seq }) => `${type} ${seq}`);
}

/** What stands in the file under a device's name without the device having asked for it. */
function unasked(said: readonly Said[], devices: readonly Device[], { kept }: HubFile): string[] {
  const asked = new Set(said.flatMap(({ names }) => names.map(nameKey)));
  const ids = devices.map(({ client }) => `${client.deviceId}/`);
  return [...kept.keys()]
    .filter((key) => !asked.has(key) && ids.some((id) => key.startsWith(id)))
    .map((key) => `${key} is in the file and was never asked for`);
}
