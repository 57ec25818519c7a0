/** Every word on a screen that is not the restaurant's own. Another language is another such file. */
export const words = {
  draft: 'Not sent',
  sent: 'Sent',
  shown: 'Kitchen has it',
  started: 'Cooking',
  ready: 'Ready',
  served: 'Served',
  voided: 'Voided',
  preparing: 'Cooking',
  completed: 'Completed',
  cancelled: 'Cancelled',
  tableFree: 'Free',
  tableSeated: 'Seated',
  tableOrdered: 'Ordered',
  tableReady: 'Ready to serve',
  tableServed: 'Served',
  tableDirty: 'To clean',
  online: 'Connected',
  connecting: 'Connecting …',
  away: 'Away from the hub since {time}',
  catchingUp: 'Catching up …',
  unsent: '{count} unsent, kept on this device',
  allSent: 'Everything sent',
  syncNow: 'Try now',
  joinAgain: 'Join again',
  search: 'Search the menu',
  nothingFound: 'Nothing on the menu is called “{text}”.',
  soldOut: 'Sold out',
  notNow: 'Not now',
  allergensUnknown: 'Allergens unknown',
  noAllergens: 'No regulated allergens',
  subtotal: 'Subtotal',
  service: 'Service {rate} (optional)',
  serviceMandatory: 'Service {rate}',
  vatInside: 'including VAT',
  vatOnTop: 'VAT',
  total: 'Total',
  send: 'Send to kitchen',
  round: 'Round {round}',
  addOn: 'Add-on {time}',
  firstRound: 'Sent {time}',
  notSentYet: 'Not sent yet',
} as const;

export type Word = keyof typeof words;

/** A word or sentence with its holes filled. */
export function t(word: Word, fill: Readonly<Record<string, string | number>> = {}): string {
  return words[word].replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));
}
