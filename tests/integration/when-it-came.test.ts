import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterRequest, submitRequest } from '#app/requests/filing.server.ts';
import { localDays } from '#app/requests/local-days.server.ts';
import { queuePage } from '#app/requests/queue.server.ts';
import { readQueueFilter } from '#app/requests/queue.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, patientOf, personOf } from '#tests/support/world.ts';

// What staff entered with a mistyped day of receipt is put right: the law's last day hangs on it. Today is Sunday, 22 November 2026.

let site: Site;
let officer = '';
let staff = '';
let patient = '';
beforeAll(async () => {
  site = await startSite();
  [officer, staff, patient] = await Promise.all([
    signIn(site, castMember('privacyOfficer')),
    signIn(site, castMember('staff')),
    signIn(site, castMember({ mrn: 'RB000417' })),
  ]);
});
afterAll(() => site.stop());

/** A letter of 16 November that was entered as one of 16 October. */
async function mistyped(): Promise<string> {
  const [ines, dana] = [await patientOf(site.world, 'RB000417'), await personOf(site.world, 'staff')];
  const filed = await enterRequest(site.world, {
    actor: dana,
    patientId: ines.patientId,
    kind: 'accounting',
    channel: 'paper',
    receivedAt: new Date('2026-10-16T16:00:00Z'),
    receivedTimeKnown: false,
    details: { from: '2020-11-16', to: '2026-11-16' },
    submissionKey: crypto.randomUUID(),
    locale: 'en',
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed.requestId;
}

const see = (target: string, cookie: string) => site.ask(target, { headers: { Cookie: cookie } });
const correct = (id: string, fields: Record<string, string>, cookie = officer) =>
  site.ask(
    `/staff/requests/${id}`,
    asForm(
      { intent: 'correctReceived', version: '1', correctReason: 'The stamp says November.', ...fields },
      cookie,
    ),
  );
const text = ({ text: html }: Answer) =>
  html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const rowOf = (id: string) =>
  site.world.db.privacyRequest.findUniqueOrThrow({
    where: { id },
    select: { receivedAt: true, receivedTimeKnown: true, receivedOn: true, dueOn: true, version: true },
  });

describe('the day on which a request came', () => {
  it('is corrected by the officer, once, with a reason; the last day is counted from it, and the patient reads and hears of it', async () => {
    const id = await mistyped();
    expect(await rowOf(id)).toMatchObject({ dueOn: new Date('2026-12-15') });
    expect(text(await see(`/staff/requests/${id}`, officer))).toContain('Correct when it came');
    const [once, twice] = await Promise.all([
      correct(id, { trulyOn: '2026-11-16', trulyTime: '09:30' }),
      correct(id, { trulyOn: '2026-11-16', trulyTime: '09:30' }),
    ]);
    expect([once.status, twice.status].sort()).toEqual([302, 409]);
    // 45 CFR 164.528(c)(1): 60 days from Monday, 16 November; 9:30 in New York.
    expect(await rowOf(id)).toEqual({
      receivedAt: new Date('2026-11-16T14:30:00Z'),
      receivedTimeKnown: true,
      receivedOn: new Date('2026-11-16'),
      dueOn: new Date('2027-01-15'),
      version: 2,
    });
    const told = await site.world.db.auditEvent.findMany({
      where: { requestId: id, type: { in: ['request.receivedCorrected', 'request.dueMoved'] } },
      orderBy: { id: 'asc' },
      select: { type: true, before: true, after: true, reason: true, visibleToPatient: true },
    });
    expect(told).toMatchObject([
      {
        type: 'request.receivedCorrected',
        after: { cameTrulyOn: '2026-11-16' },
        reason: 'The stamp says November.',
        visibleToPatient: true,
      },
      {
        type: 'request.dueMoved',
        before: { dueOn: '2026-12-15' },
        after: { dueOn: '2027-01-15', because: 'received' },
        visibleToPatient: true,
      },
    ]);
    expect(await site.world.db.notice.count({ where: { requestId: id, kind: 'lastDayTold' } })).toBe(1);
    const page = text(await see(`/requests/${id}`, patient));
    expect(page).toMatch(
      /The day on which we got it was corrected .*The stamp says November\. It truly came on November 16, 2026\./,
    );
    expect(page).toMatch(/The last day moved, because the day on which we got it was corrected/);
    expect(page).toContain('January 15, 2027');
  });

  it('takes the extra time away where the notice of it came after the first period, and gives it back', async () => {
    const id = await mistyped();
    const told = await moveRequest(
      site.world,
      id,
      { name: 'extend', expectedVersion: 1, reason: 'Two archives are away.', newDueOn: '2027-01-10' },
      await personOf(site.world, 'privacyOfficer'),
    );
    expect(told.ok).toBe(true);
    const extension = () =>
      site.world.db.privacyRequest.findUniqueOrThrow({
        where: { id },
        select: { receivedOn: true, dueOn: true, extendedAt: true },
      });
    const inList = async () => {
      const { db } = site.world;
      const days = await localDays(db, site.clock.now(), 'America/New_York');
      const asked = readQueueFilter(new URLSearchParams('time=extended'));
      return (await queuePage(db, asked, { userId: id, days }, null)).rows.some((row) => row.id === id);
    };
    const { extendedAt } = await extension();
    expect(extendedAt).not.toBeNull();
    expect(await inList()).toBe(true);
    // 60 days from 16 August ended on 15 October, before the notice.
    expect((await correct(id, { version: '2', trulyOn: '2026-08-16' })).status).toBe(302);
    expect(await extension()).toEqual({
      receivedOn: new Date('2026-08-16'),
      dueOn: new Date('2026-10-15'),
      extendedAt: null,
    });
    expect(await inList()).toBe(false);
    expect((await correct(id, { version: '3', trulyOn: '2026-10-16' })).status).toBe(302);
    expect(await extension()).toEqual({
      receivedOn: new Date('2026-10-16'),
      dueOn: new Date('2027-01-10'),
      extendedAt,
    });
    expect(await inList()).toBe(true);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['tomorrow', { trulyOn: '2026-11-23' }, 400, 'id="trulyOn-error"'],
    ['a later time today', { trulyOn: '2026-11-22', trulyTime: '23:59' }, 400, 'id="trulyTime-error"'],
    ['before 1900', { trulyOn: '1899-12-31' }, 400, 'id="trulyOn-error"'],
    [
      'a day before the patient was born',
      { trulyOn: '1950-01-01', trulyLongAgo: 'yes' },
      400,
      'was not born on that day',
    ],
    ['more than a year ago, without a second look', { trulyOn: '2025-11-01' }, 400, 'name="trulyLongAgo"'],
    ['no day', { trulyOn: '' }, 400, 'id="trulyOn-error"'],
    ['no date', { trulyOn: '2026-02-30' }, 400, 'id="trulyOn-error"'],
    ['no reason', { trulyOn: '2026-11-16', correctReason: ' ' }, 400, 'id="correctReason-error"'],
    ['what stands there', { trulyOn: '2026-10-16' }, 409, 'This is what stands there already.'],
  ])('%s is refused in words, with what was typed', async (_, fields, status, words) => {
    const id = await mistyped();
    const answer = await correct(id, fields);
    expect([answer.status, answer.text.includes(words)]).toEqual([status, true]);
    if (fields.correctReason === undefined) expect(answer.text).toContain('The stamp says November.');
    expect((await rowOf(id)).version).toBe(1);
  });

  it('is not for staff, and not of what came through the site', async () => {
    const id = await mistyped();
    expect(text(await see(`/staff/requests/${id}`, staff))).not.toContain('Correct when it came');
    expect((await correct(id, { trulyOn: '2026-11-16' }, staff)).status).toBe(403);
    const filed = await submitRequest(site.world, {
      actor: await patientOf(site.world, 'RB000417'),
      kind: 'complaint',
      details: { about: 'other' },
      statement: { happened: 'Nobody asked me.' },
      submissionKey: crypto.randomUUID(),
      locale: 'en',
    });
    if (!filed.ok) throw new Error(filed.refusal);
    expect(text(await see(`/staff/requests/${filed.requestId}`, officer))).not.toContain(
      'Correct when it came',
    );
    expect((await correct(filed.requestId, { trulyOn: '2026-11-16' })).status).toBe(409);
  });
});
