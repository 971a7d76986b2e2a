import { openStage } from './support/stage.ts';

const stage = await openStage();
const v = await stage.visitor();
await v.begin('Is this private?');
const shots = [
  ['papers', 'light', 1280],
  ['papers', 'dark', 390],
  ['breaches', 'light', 1280],
  ['breaches', 'light', 390],
] as const;
for (const [id, scheme, width] of shots) {
  const { page } = await stage.agent(undefined, { colorScheme: scheme, viewport: { width, height: 900 } });
  await page.goto(`${stage.relay.origin}/console/#privacy/${id}`);
  await page.waitForTimeout(800);
  if (id === 'breaches' && width === 1280) {
    await page.getByLabel('From', { exact: true }).fill('2026-01-01T00:00');
    await page.getByLabel('Until', { exact: true }).fill('2100-01-01T00:00');
    await page.getByRole('button', { name: 'Count and record' }).click();
    await page.waitForTimeout(800);
  }
  await page.screenshot({ path: `/tmp/zz-${id}-${scheme}-${width}.png`, fullPage: true });
  await page.context().close();
}
await stage.close();
