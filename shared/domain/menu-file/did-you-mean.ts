/** Long names and long lists cost time and help nobody: only so much of them is compared. */
const comparedMax = 1_000;
const comparedLengthMax = 40;
const listedMax = 12;

/** `Did you mean “price”?` when something is near, else what there is to choose from. */
export function didYouMean(found: string, known: readonly string[]): string {
  const near = nearest(found, known);
  if (near !== undefined) return `Did you mean “${near}”?`;
  if (known.length === 0) return 'There are none yet.';
  const listed = known.slice(0, listedMax).join(', ');
  return `There ${known.length === 1 ? 'is' : 'are'}: ${listed}${known.length > listedMax ? ', …' : '.'}`;
}

function nearest(found: string, known: readonly string[]): string | undefined {
  const wanted = comparable(found);
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const word of known.slice(0, comparedMax)) {
    const other = comparable(word);
    if (Math.abs(other.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, other);
    // A word with nothing left in common is not near, however short.
    if (distance >= bestDistance || distance >= Math.max(wanted.length, other.length)) continue;
    best = word;
    bestDistance = distance;
  }
  return best;
}

function comparable(word: string): string {
  return word.toLowerCase().slice(0, comparedLengthMax);
}

/** Levenshtein's: how many letters to add, drop or swap. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
