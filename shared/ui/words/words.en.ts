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
  tableWaiting: 'Unsent',
  tableDirty: 'To clean',
  online: 'Connected',
  connecting: 'Connecting …',
  away: 'No hub since {time}',
  awayFromStart: 'No hub',
  catchingUp: 'Catching up …',
  unsent: '{count} unsent',
  allSent: 'Everything sent',
  waiting: 'Not in the kitchen yet',
  notJoined: 'Not joined',
  waitsToBeSent: 'Waits for the hub',
  waitsForHub: 'The kitchen does not have this yet. It goes by itself when the hub is back.',
  nothingKnown: 'This phone needs the hub once',
  nothingKnownYet:
    'It has not learned the menu and the tables yet, and does so as soon as the hub is back. Nothing that was entered is lost.',
  newerReady: 'A newer Fynlo is ready.',
  useNewer: 'Use it now',
  withoutHub: 'Without the hub',
  withoutHubYes: 'Opens and takes orders',
  withoutHubNotYet: 'Not ready yet',
  withoutHubNo: 'Does not open',
  connectionNotSecure:
    'This phone cannot open Fynlo without the hub, because the connection is not secure yet.',
  browserDoesNotKeep:
    'This phone cannot open Fynlo without the hub, because this browser does not keep it. Use a normal window instead of a private one.',
  storageNotSafe:
    'This browser may clear what is kept here when the phone runs out of space. Add Fynlo to the home screen to prevent that.',
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
  roundWaits: 'Sent {time}, waits for the hub',
  sendLater: 'Send {count} later',
  addOn: 'Add-on {time}',
  firstRound: 'Sent {time}',
  notSentYet: 'Not sent yet',
} as const;

export type Word = keyof typeof words;

/** A word or sentence with its holes filled. */
export function t(word: Word, fill: Readonly<Record<string, string | number>> = {}): string {
  return words[word].replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));
}
