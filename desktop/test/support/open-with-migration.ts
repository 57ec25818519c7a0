/** Opens a folder with one migration more than Fynlo has: `node open-with-migration.ts FOLDER SQL`. */
import { migrations } from '../../hub/db/migrate.ts';
import { openFolder } from '../../hub/db/open-folder.ts';

const [folder = '', sql = ''] = process.argv.slice(2);
openFolder(folder, { migrations: [...migrations, sql] }).close();
