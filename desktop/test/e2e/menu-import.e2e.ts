import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from './fixtures.ts';

const sample = readFileSync(
  fileURLToPath(new URL('../../../shared/sample-restaurant/menu.csv', import.meta.url)),
  'utf8',
);
const asFile = (text: string) => ({
  name: 'menu.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(text),
});

test('[M3] a wrong file is refused line by line, and the mended one is live on every device', async ({
  restaurant,
}) => {
  const [till, phone] = await Promise.all([restaurant.till(), restaurant.phone()]);
  await phone.locator('[data-table="1"]').click();
  await expect(phone.locator('[data-product="scotch-egg"]')).toContainText('£6.50');
  await till.getByRole('button', { name: 'Menu', exact: true }).click();
  await till.getByRole('button', { name: 'Import a menu file' }).click();

  const lines = sample.split('\n');
  const row = lines.findIndex((line) => line.includes('Scotch egg'));
  const wrong = lines.with(row, (lines[row] ?? '').replace('6.50', '£6.50')).join('\n');
  await till.locator('input[type=file]').setInputFiles(asFile(wrong));
  const problem = till.getByRole('alert').getByRole('row').nth(1);
  await expect(problem).toContainText(String(row + 1));
  await expect(problem).toContainText('price');
  await expect(problem).toContainText('£6.50');
  await expect(phone.locator('[data-product="scotch-egg"]')).toContainText('£6.50');

  const mended = lines.with(row, (lines[row] ?? '').replace('6.50', '7.10')).join('\n');
  await till.locator('input[type=file]').setInputFiles(asFile(mended));
  await expect(till.getByText('Changed (1)')).toBeVisible();
  await till.getByRole('button', { name: 'Put this menu in use' }).click();
  await expect(till.getByText('in use on every device')).toBeVisible();
  await expect(phone.locator('[data-product="scotch-egg"]')).toContainText('£7.10');
});
