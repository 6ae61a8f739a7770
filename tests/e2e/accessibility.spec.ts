import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { bringAxe, expectSound, narrow, takeLook, wide, type Look } from '#tests/support/axe.ts';
import { expect, test, type BrowserSite } from '#tests/support/browser-site.ts';
import { tellStory, type ToldStory } from '#tests/support/told-story.ts';

type Visitor = 'nobody' | 'patient' | 'staff' | 'privacyOfficer';

/** Ids of what the seed put into the registers. */
interface Registered {
  machine: string;
  vendor: string;
  endpoint: string;
  source: string;
}

/** Every page, with something on it. A new page gets its line here; tests/attacks/routes.test.ts fails for a route nobody knows. */
const pages: Record<Visitor, (story: ToldStory & Registered) => string[]> = {
  nobody: () => [
    '/',
    '/deadlines',
    '/deadlines?rule=eu.gdpr.art12&receivedOn=2026-11-20&event1=clarificationRequested&on1=2026-11-25&event2=clarificationReceived&on2=2026-11-28',
    '/deadlines?rule=hipaa.access&receivedOn=2026-11-20&pause1=fee&from1=2026-11-25',
    '/deadlines?rule=x&receivedOn=1800-01-01',
    '/sign-in',
    '/sign-in?problem=passkey',
    '/sign-up',
    '/sign-up?why=over',
    '/recover',
    '/recover/done',
    '/transparency',
    '/vendors',
    '/vendors?training=unknown&sort=open',
    '/vendors/northlight',
    '/vendors/northlight/versions/1',
    '/vendors/kestrel/questions',
    '/demo',
    '/demo/outbox',
    '/no/such/page',
  ],
  patient: ({ optOutId, optOutRequestId, answered, untouched, letters }) => [
    '/home',
    '/disclosures',
    '/disclosures?from=2025&to=2026&use=care&list=also',
    '/opt-outs',
    '/opt-outs/new',
    '/opt-outs/new/everything',
    '/opt-outs/new/everything?answered=everything',
    '/opt-outs/new/purposes?everything=choose',
    '/opt-outs/new/check?everything=yes',
    '/opt-outs/new/studies?everything=choose&purpose=research&companies=all&answered=studies',
    `/opt-outs/${optOutId}/change`,
    `/opt-outs/${optOutId}/withdraw`,
    '/requests',
    '/requests/new',
    '/requests/new/accounting',
    '/requests/new/access',
    '/requests/new/amendment',
    '/requests/new/recall',
    '/requests/new/question?company=umbra&ask=training',
    '/requests/new/complaint',
    '/account/security',
    '/account/security/password',
    '/account/security/app',
    '/account/security/passkeys',
    '/account/security/codes',
    '/account/contact',
    '/account/contact/email',
    '/account/contact/code',
    `/requests/${optOutRequestId}`,
    `/requests/${answered.id}`,
    `/requests/${untouched.id}`,
    `/requests/${untouched.id}?done=sent`,
    `/requests/${answered.id}/again`,
    `/requests/${letters.denied}`,
    `/requests/${letters.waiting}`,
    '/confirm?next=/home',
    '/account/activity',
    '/account/representatives',
    '/account/representatives/ask',
    '/staff',
  ],
  staff: ({ answered, drafted, untouched, sent, letter, optOutRequestId, people, vendor, endpoint }) => [
    '/staff',
    '/staff?standing=ended',
    '/staff?due=overdue&sort=received',
    '/staff?standing=ended&answered=any&from=2026-01',
    '/staff/intake',
    '/staff/intake/new',
    ...['', 'optOut', 'accounting', 'recall', 'amendment'].map(
      (kind) => `/staff/intake/${people.patient}${kind && `?kind=${kind}`}`,
    ),
    `/staff/requests/${untouched.id}/receipt`,
    `/staff/requests/${letter.id}`,
    '/staff/disclosures',
    '/staff/disclosures/new',
    `/staff/disclosures/new/${people.patient}`,
    `/staff/disclosures/${sent.id}`,
    `/staff/disclosures/${sent.id}/correct`,
    '/staff/disclosures/studies',
    '/staff/disclosures/studies/new',
    '/staff/imports',
    '/staff/list-cleaner',
    '/staff/imports/new',
    '/staff/unmatched',
    '/staff/unmatched/decisions',
    '/staff/unmatched/refused',
    '/staff/vendors',
    '/staff/vendors/new',
    `/staff/vendors/${vendor}`,
    `/staff/vendors/${vendor}/edit`,
    `/staff/vendors/${vendor}/label`,
    `/staff/vendors/${vendor}/label/training`,
    `/staff/vendors/${vendor}/label/preview`,
    `/staff/vendors/${vendor}/label/history`,
    `/staff/vendors/${vendor}/label/import`,
    `/staff/vendors/${vendor}/add/endpoint`,
    `/staff/vendors/${vendor}/add/agreement`,
    `/staff/vendors/${vendor}/end/${endpoint}`,
    `/staff/vendors/${vendor}/notices`,
    '/staff/vendors/own',
    '/staff/sign-in-help',
    '/staff/sign-in-help/new',
    `/staff/sign-in-help/${people.help}`,
    '/account/security',
    '/staff/patients',
    `/staff/patients/${people.patient}`,
    `/staff/patients/${people.patient}/allowed`,
    `/staff/patients/${people.patient}/merge?with=${people.lookAlike}`,
    `/staff/patients/${people.patient}/part?merge=${people.merge}`,
    `/staff/patients/${people.patient}/flags`,
    `/staff/patients/${people.lookAlike}/invite`,
    `/staff/patients/${people.lookAlike}/why`,
    '/staff/representatives',
    '/staff/representatives/invite',
    `/staff/representatives/${people.asked}`,
    '/staff/identity',
    `/staff/identity/${people.claim}`,
    '/account/activity',
    `/staff/requests/${untouched.id}`,
    `/staff/requests/${drafted.id}`,
    `/staff/requests/${answered.id}`,
    `/staff/requests/${optOutRequestId}`,
  ],
  privacyOfficer: ({ answered, letter, people, machine, vendor, source }) => [
    `/staff/requests/${letter.id}`,
    '/officer',
    '/officer?kind=accounting',
    '/officer/reports',
    '/officer/reports?from=2027-02-30&to=x',
    '/officer/calendar',
    '/officer/calendar/address',
    '/officer/audit',
    '/officer/alerts',
    '/officer/alerts?list=closed',
    '/officer/suspensions',
    '/officer/suspensions/new',
    `/officer/suspensions/new/${people.patient}`,
    '/officer/sources',
    `/officer/sources/${source}`,
    '/officer/settings/rules',
    `/officer/settings/rules/${vendor}`,
    '/officer/notices',
    '/officer/notices?state=dead',
    '/officer/notices?state=failing',
    '/officer/notices?companies=owed',
    '/officer/people',
    '/officer/people/invite',
    `/officer/people/${people.account}`,
    '/officer/keys',
    '/officer/keys/new',
    '/officer/orders',
    '/officer/looks',
    '/officer/choices',
    `/officer/orders/${people.order}`,
    `/officer/keys/${machine}`,
    `/staff/sign-in-help/${people.help}`,
    '/officer/settings',
    '/officer/settings/facility',
    '/officer/settings/holidays',
    '/officer/settings/holidays?year=2040',
    '/officer/settings/holidays/import',
    '/officer/settings/promises',
    '/officer/settings/choices',
    '/officer/settings/pauses',
    '/officer/settings/reminders',
    '/officer/settings/vendor-notices',
    '/officer/settings/fees',
    '/officer/settings/templates',
    '/officer/settings/templates/accounting/granted/es',
    '/account/contact',
    `/officer/audit?request=${answered.reference}`,
  ],
};

for (const visitor of Object.keys(pages) as Visitor[]) {
  for (const look of [wide, narrow]) {
    test(`axe finds nothing on the pages of ${visitor} in ${look.locale}, ${look.theme}, ${look.widths[0]} pixels wide`, async ({
      page,
      site,
      watched,
    }) => {
      // As many pages as there are: about two seconds each on a machine that does other things too.
      test.setTimeout(400_000);
      // The refused pages answer 404, 403 and 400, which the browser notes.
      watched.expectComplaint('Failed to load resource');
      const story = await tellStory(site.world);
      const registered = await registeredOn(site);
      if (visitor !== 'nobody') await site.signIn(page, visitor);
      await bringAxe(page);
      await takeLook(page, site, look);
      for (const path of pages[visitor]({ ...story, ...registered })) {
        await page.goto(path);
        await expectSound(page, look);
      }
      if (visitor === 'privacyOfficer') await codeSheet(page, story.people.help, look);
    });
  }
}

async function registeredOn({ world: { db } }: BrowserSite): Promise<Registered> {
  const { id: machine } = await db.machineClient.findFirstOrThrow({ select: { id: true } });
  const endpoint = await db.vendorEndpoint.findFirstOrThrow({
    where: { value: 'UMBRA_CAD' },
    select: { id: true, vendorId: true },
  });
  const source = createHash('sha256').update('dcm4chee-arc').digest('hex');
  return { machine, vendor: endpoint.vendorId ?? '', endpoint: endpoint.id, source };
}

/** What comes of a form, and has no address of its own: the codes that are shown once, on the screen and on paper. */
async function codeSheet(page: Page, orderId: string, look: Look): Promise<void> {
  await page.goto(`/staff/sign-in-help/${orderId}`);
  await page.locator('form:has(input[value="approve"]) button').click();
  await expect(page.locator('article ol code')).toHaveCount(20);
  await expectSound(page, look);
  await page.emulateMedia({ media: 'print' });
  await expectSound(page, look);
}
