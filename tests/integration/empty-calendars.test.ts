import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeHolidays } from '#app/facility/holidays.server.ts';
import { signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, personOf } from '#tests/support/world.ts';

// A law whose clocks roll over holidays, and a calendar of it that nobody filled. Today is Sunday, 22 November 2026.

let site: Site;
let officer = '';
let auditor = '';
beforeAll(async () => {
  site = await startSite();
  officer = await signIn(site, castMember('privacyOfficer'));
  auditor = await signIn(site, castMember('auditor'));
});
afterAll(() => site.stop());

const pages = ['/officer', '/officer/settings/holidays'];
const under = (jurisdiction: string) => site.world.db.facility.updateMany({ data: { jurisdiction } });
const open = async (path: string, cookie = officer) =>
  (await site.ask(path, { headers: { Cookie: cookie } })).text;
const bankHoliday = async (calendar: string, on: string) =>
  changeHolidays(site.world, {
    add: [{ calendar, on, name: 'Christmas Day' }],
    actor: await personOf(site.world, 'privacyOfficer'),
  });
const lacks = (year: number) => `The calendar “Law of the United Kingdom” has no holidays in ${year}`;

describe('a calendar of the law without holidays', () => {
  it('is no matter of a law whose clocks do not roll', async () => {
    for (const page of pages) expect(await open(page)).not.toContain('Bank holidays are missing');
  });

  it('is told on both pages for this year and the next, with what follows and where to enter them, until there are some', async () => {
    await site.world.db.holiday.deleteMany();
    await under('UK');
    for (const page of pages) {
      const text = await open(page);
      for (const year of [2026, 2027])
        expect(text).toContain(`${lacks(year)}: last days are counted as if there were no bank holidays.`);
      expect(text).toContain('href="/officer/settings/holidays?year=2026#year"');
      expect(text).toContain('href="/officer/settings/holidays/import"');
      expect(await open(page, auditor)).not.toContain('href="/officer/settings/holidays/import"');
    }
    await bankHoliday('facility', '2026-12-24');
    expect(await open('/officer')).toContain(
      `${lacks(2026)}: last days are counted as if there were no bank holidays but those of “Our own”.`,
    );
    await bankHoliday('EU', '2026-12-25');
    await bankHoliday('UK', '2026-12-25');
    for (const page of pages) {
      expect(await open(page)).not.toContain(lacks(2026));
      expect(await open(page)).toContain(lacks(2027));
    }
    await bankHoliday('UK', '2027-12-27');
    for (const page of pages) expect(await open(page)).not.toContain('Bank holidays are missing');
    expect(await open('/officer/settings/holidays')).toContain('Added December 27, 2027 (Christmas Day).');
    expect(await open('/officer/audit')).toContain('December 27, 2027 (Christmas Day)');
  });

  it('is told in the reader’s language', async () => {
    await under('EU');
    await site.world.db.holiday.deleteMany({ where: { calendar: 'EU' } });
    await site.world.db.user.updateMany({ where: { role: 'privacyOfficer' }, data: { locale: 'es' } });
    expect(await open('/officer')).toContain(
      'El calendario «Ley de la Unión Europea» no tiene feriados en 2027: los plazos se cuentan como si no hubiera ninguno.',
    );
  });
});
