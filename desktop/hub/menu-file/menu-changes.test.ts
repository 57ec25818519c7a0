import { describe, expect, it } from 'vitest';
import { menuChanges, parseMenuFile } from './index.ts';

const before = [
  'type,category,name,variant,option,price,vat,station,modifiers,min,max',
  'category,Mains,,,,,,,,,',
  'product,Mains,Pie,,,12,20,Kitchen,,,',
  'product,Mains,Steak,,,25,20,Grill,Sauces,,',
  'product,Mains,Bitter,,,,20,Bar,,,',
  'variant,,Bitter,Pint,,5.60,,,,,',
  'group,,Sauces,,,,,,,0,1',
  'option,,Sauces,,Gravy,1,,,,,',
].join('\n');

function menuOf(text: string) {
  const result = parseMenuFile(text, { currencyDecimals: 2 });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

function changes(from: string, to: string) {
  return menuChanges(menuOf(before), menuOf(before.replace(from, to)));
}

describe('what an import would change', () => {
  it('[M3] the same file changes nothing', () => {
    expect(changes('', '')).toEqual({ added: [], changed: [], removed: [] });
  });

  it('[M3] a product under a new name is one added and one removed', () => {
    expect(changes('Mains,Pie', 'Mains,Fish pie')).toEqual({
      added: ['Fish pie'],
      changed: [],
      removed: ['Pie'],
    });
  });

  it.each([
    ['a price', 'Pie,,,12', 'Pie,,,13', ['Pie']],
    ['a variant’s price', 'Pint,,5.60', 'Pint,,5.80', ['Bitter']],
    ['an option’s price', 'Gravy,1', 'Gravy,2', ['Steak']],
    ['the spelling of a name', 'Mains,Pie', 'Mains,PIE', ['PIE']],
  ])('[M3] %s changes the products it belongs to', (_, from, to, changed) => {
    expect(changes(from, to)).toEqual({ added: [], changed, removed: [] });
  });
});
