import { takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import {
  bytesOf,
  messageXml,
  patientXml,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';
import { expect, scriptRuns, test, type BrowserSite } from '#tests/support/browser-site.ts';
import { tabTo } from '#tests/support/keyboard.ts';

const title = 'KESTREL_R2';
const aMinute = 60_000;

/** Three reports of transfers of today to an AE title that nobody knows. */
async function reportsOfStranger({ world, clock }: BrowserSite): Promise<void> {
  for (const minutes of [50, 30, 10])
    await takeInDicomAudit(world, {
      bytes: bytesOf(
        messageXml({
          dateTime: new Date(clock.now().getTime() - minutes * aMinute).toISOString(),
          participants: [
            sourceXml,
            `<ActiveParticipant UserID="${title}" UserIsRequestor="false"><RoleIDCode csd-code="110152"/><UserIDTypeCode csd-code="110119"/></ActiveParticipant>`,
          ],
          objects: [patientXml(), studyXml()],
        }),
      ),
      channel: 'dicomAuditHttp',
      actor: { kind: 'system', name: 'Test' },
      now: clock.now(),
    });
}

const standing = ({ world }: BrowserSite) =>
  world.db.disclosure.count({
    where: { destination: title, correctedBy: null, retracted: false, vendor: { slug: 'kestrel' } },
  });

test('staff settle all reports of one kind by one decision, and undo it, by keyboard alone', async ({
  page,
  site,
}) => {
  await reportsOfStranger(site);
  await site.signIn(page, 'staff');
  await page.goto('/staff/unmatched');
  await scriptRuns(page);

  await test.step('says what it is, sees what that does, and decides', async () => {
    await tabTo(page, `AE title ${title}`);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Decide for all 3' })).toBeVisible();
    await tabTo(page, 'It is a company’s');
    await page.keyboard.press('Space');
    await tabTo(page, 'Company');
    await page.keyboard.type('Kestrel');
    await tabTo(page, 'Reason');
    await page.keyboard.type('Their letter of March');
    await tabTo(page, 'Show what it does');
    await page.keyboard.press('Enter');
    await expect(page.getByText('It settles 3 of 3 reports, and adds 3 disclosures.')).toBeVisible();
    expect(await standing(site)).toBe(0);
    await tabTo(page, 'Decide so');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status').filter({ hasText: 'Decided.' })).toBeVisible();
    // Once the queue is empty.
    await site.outbox();
    expect(await standing(site)).toBe(3);
  });

  await test.step('undoes it, with a reason', async () => {
    await tabTo(page, 'Decisions of the last 30 days');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('row', { name: /KESTREL_R2.*Dana Whitlow.*3.*Stands/ })).toBeVisible();
    await tabTo(page, 'Undo');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Undo this decision' })).toBeVisible();
    await tabTo(page, 'Reason');
    await page.keyboard.type('It was another company');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Undone: It was another company')).toBeVisible();
    await site.outbox();
    expect(await standing(site)).toBe(0);
    await page.goto('/staff/unmatched');
    const group = page.getByRole('row', { name: new RegExp(`AE title ${title}`) });
    await expect(group.getByRole('cell', { name: '3', exact: true })).toBeVisible();
  });
});

test('what waits, and what could not be read, fits 390 pixels, however long its numbers are', async ({
  page,
  site,
}) => {
  const { world, clock } = site;
  const longest = `2.25.${'9'.repeat(59)}`;
  for (const text of [
    messageXml({
      dateTime: new Date(clock.now().getTime() - aMinute).toISOString(),
      participants: [
        sourceXml,
        '<ActiveParticipant UserID="UNHEARD_OF_AE_16" UserIsRequestor="false"><RoleIDCode csd-code="110152"/><UserIDTypeCode csd-code="110119"/></ActiveParticipant>',
      ],
      objects: [patientXml(), studyXml(longest)],
    }),
    '<AuditMessage>',
  ])
    await takeInDicomAudit(world, {
      bytes: bytesOf(text),
      channel: 'syslogTls',
      actor: { kind: 'system', name: 'Test' },
      now: clock.now(),
      peer: { name: `CN=${'archive.'.repeat(7)}riverbend.example`, address: '2001:db8::1' },
    });
  const { groupId } = await world.db.waitingRecord.findFirstOrThrow({
    orderBy: { recordId: 'desc' },
    select: { groupId: true },
  });
  await site.signIn(page, 'staff');
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [path, says] of [
    [`/staff/unmatched/${groupId}`, longest],
    ['/staff/unmatched/refused', 'It is no XML that can be read'],
  ] as const) {
    await page.goto(path);
    await expect(page.getByText(says).first()).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
  }
});
