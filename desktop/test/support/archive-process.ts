/** Archives a test's restaurant in a process of its own, so that it can be killed. */
import { OldRestaurant } from './old-restaurant.ts';

const [folder, now] = process.argv.slice(2);
const at = new OldRestaurant(folder);
at.now = Number(now);
process.stdout.write('begun\n');
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
await at.archiver({ keepDays: 3, pause, eventsPerFileMax: 30 }).run();
process.stdout.write('done\n');
at.shut();
