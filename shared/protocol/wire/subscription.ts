import type { EventType, StationId } from '@fynlo/domain';

/** Which events a socket wants, read from its patterns. */
export interface Subscription {
  readonly topics: readonly string[];
  /** When not empty, of the orders only what concerns these stations. */
  readonly stations: readonly StationId[];
}

const topicPattern = /^(\*|(order|table|menu|floor|settings|device)\.\*)$/;
const stationPattern = /^station:([\p{L}\p{N}-]{1,80})$/u;

/** `undefined` when a pattern is not one. */
export function parseSubscription(patterns: readonly string[]): Subscription | undefined {
  const topics: string[] = [];
  const stations: StationId[] = [];
  for (const pattern of patterns) {
    const station = stationPattern.exec(pattern)?.[1];
    if (station) stations.push(station as StationId);
    else if (topicPattern.test(pattern)) topics.push(pattern);
    else return undefined;
  }
  return { topics: topics.toSorted(), stations: stations.toSorted() };
}

export function wantsTopic({ topics, stations }: Subscription, type: EventType): boolean {
  const topic = `${type.slice(0, type.indexOf('.'))}.*`;
  if (topics.includes('*') || topics.includes(topic)) return true;
  return stations.length > 0 && topic === 'order.*';
}

export function wantsStations(
  { topics, stations }: Subscription,
  concerned: readonly StationId[] | 'all',
): boolean {
  if (stations.length === 0 || concerned === 'all') return true;
  if (topics.includes('*') || topics.includes('order.*')) return true;
  return concerned.some((station) => stations.includes(station));
}
