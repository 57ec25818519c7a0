/** The hub with a bug in it: `CHAOS_PLANT` names one of `plants.ts`. */
import { registerHooks } from 'node:module';
import { plants, type Plant, type PlantName } from './plants.ts';

const plant: Plant | undefined = plants[process.env['CHAOS_PLANT'] as PlantName];
if (!plant) throw new Error(`There is no bug “${process.env['CHAOS_PLANT'] ?? ''}” to plant.`);
let planted = false;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(plant.file)) return loaded;
    let source = Buffer.from((loaded.source ?? '') as Uint8Array).toString();
    for (const [from, to] of plant.replace) {
      // The product has changed: a bug that is not planted would look like one that is not seen.
      if (!source.includes(from)) throw new Error(`${plant.file} has no “${from}” any more.`);
      source = source.replace(from, to);
    }
    planted = true;
    return { ...loaded, source };
  },
});

await import('../../hub/cli.ts');
if (!planted) throw new Error(`${plant.file} was not loaded.`);
