import { afterAll, beforeAll, expect, it } from 'vitest';
import { changeSetting, newestSetting } from '#app/facility/settings.server.ts';
import { wordsFor } from '#app/words/words.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, hours, personOf } from '#tests/support/world.ts';

const words = wordsFor('en');
let site: Site;

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

it('a part of the choices that end soon that has none does not say that none ends', async () => {
  const { world, clock } = site;
  const { versionId, value } = await newestSetting(world.db, 'choices');
  const changed = await changeSetting(world, {
    name: 'choices',
    value: { ...value, noCountsFor: 1 },
    expected: versionId,
    actor: await personOf(world, 'privacyOfficer'),
  });
  expect(changed.ok).toBe(true);
  const see = async (path: string) =>
    (await site.ask(path, { headers: { Cookie: await signIn(site, castMember('privacyOfficer')) } })).text;
  expect(await see('/officer/choices')).toContain(words('officer.ending.none'));
  await fileOptOut(world);
  clock.advance(hours(24 * 330));
  const part = await see('/officer/choices?standing=undelivered');
  expect(part).not.toContain(words('officer.ending.none'));
  expect(part).toContain(words('officer.ending.noneHere'));
});
