import type { Page } from '@playwright/test';
import { enterRequest, submitRequest } from '#app/requests/filing.server.ts';
import { tellFee } from '#app/requests/fees.server.ts';
import { bringAxe, expectSound, narrow, takeLook, wide } from '#tests/support/axe.ts';
import { expect, test, type BrowserSite } from '#tests/support/browser-site.ts';
import { patientOf, personOf } from '#tests/support/seeded-people.ts';

// A list whose cost makes its patient ask about less time (45 CFR 164.528(c)(2)(ii)), on the patient's page and on the desk's.

const details = { from: '2020-11-22', to: '2026-11-22' };

/** A list of Ines that costs something, and one of somebody without an account: of each the first in 12 months is free. */
async function costly({ world, clock }: BrowserSite): Promise<{ hers: string; byPost: string }> {
  const [ines, dana] = [await patientOf(world, 'RB000417'), await personOf(world, 'staff')];
  const { patientId } = await world.db.patientIdentifier.findFirstOrThrow({
    where: { value: 'RB000533' },
    select: { patientId: true },
  });
  const asked = { kind: 'accounting', details, locale: 'en' } as const;
  let [hers, byPost] = ['', ''];
  for (let turn = 0; turn < 2; turn++) {
    clock.advance(60_000);
    const key = () => ({ submissionKey: crypto.randomUUID() });
    const filed = await submitRequest(world, { ...asked, ...key(), actor: ines });
    const came = { channel: 'paper', receivedAt: clock.now(), receivedTimeKnown: false } as const;
    const statement = { statement: {}, documents: [] };
    const entered = await enterRequest(world, {
      ...asked,
      ...key(),
      ...came,
      ...statement,
      actor: dana,
      patientId,
    });
    if (!filed.ok || !entered.ok) throw new Error('they are filed');
    [hers, byPost] = [filed.requestId, entered.requestId];
  }
  for (const requestId of [hers, byPost]) {
    const fee = { amountCents: 1_250, currency: 'USD', basis: 'Two hours of work on six years.' };
    expect(await tellFee(world, { requestId, actor: dana, ...fee })).toEqual({ ok: true });
  }
  return { hers, byPost };
}

const days = (page: Page) => [page.locator('#newFrom'), page.locator('#newTo')] as const;

for (const look of [wide, narrow]) {
  test(`a list is narrowed by its patient and at the desk, ${look.locale}, ${look.widths[0]} pixels wide`, async ({
    page,
    site,
  }) => {
    const { hers, byPost } = await costly(site);
    await bringAxe(page);
    await site.signIn(page, 'ines.okafor@demo.example');
    await takeLook(page, site, look);
    await page.goto(`/requests/${hers}`);
    await expectSound(page, look);
    const [from, to] = days(page);
    await expect(from).toHaveValue(details.from);
    await expect(to).toHaveValue(details.to);
    await page.locator('input[name="choice"][value="change"]').check();
    await from.fill('2020-11-21');
    await page.locator('form:has(#newFrom) button').click();
    // The mistake leads to the field, and what was typed stands in it.
    await expect(from).toHaveAttribute('aria-invalid', 'true');
    await expect(from).toHaveValue('2020-11-21');
    await expectSound(page, look);
    await page.locator('a[href="#newFrom"]').click();
    await expect(from).toBeFocused();
    await from.fill('2024-01-01');
    await to.fill('2025-12-31');
    await page.locator('form:has(#newFrom) button').click();
    await expect(page).toHaveURL(/done=chosen/);
    await expect(page.locator('main')).toContainText('2024');
    await expect(from).toHaveCount(0);
    await expectSound(page, look);

    await site.signIn(page, 'staff');
    await takeLook(page, site, look);
    await page.goto(`/staff/requests/${byPost}`);
    await page.locator('details:has(#newFrom) > summary').click();
    await page.locator('input[name="said"][value="feeChange"]').check();
    await page.locator('input[name="channel"][value="phone"]').check();
    await page.locator('#saidOn').fill('2026-11-22');
    await to.fill('2026-11-23');
    await page.locator('button[value="enterWord"]').click();
    await expect(to).toHaveAttribute('aria-invalid', 'true');
    await expectSound(page, look);
    await to.fill('2021-12-31');
    await page.locator('button[value="enterWord"]').click();
    await expect(page).toHaveURL(/done=enterWord/);
    await expect(page.locator('main')).toContainText('2021');
    await expectSound(page, look);
  });
}
