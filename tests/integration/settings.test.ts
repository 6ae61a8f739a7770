import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeHolidays } from '#app/facility/holidays.server.ts';
import { changeSetting, newestSetting, settingNow } from '#app/facility/settings.server.ts';
import { recountOpenRequests } from '#app/requests/recount.server.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, minutes, patientOf, personOf } from '#tests/support/world.ts';

let site: Site;
let officer: string;
let auditor: string;
beforeAll(async () => {
  site = await startSite();
  officer = await signIn(site, castMember('privacyOfficer'));
  auditor = await signIn(site, castMember('auditor'));
});
afterAll(() => site.stop());

const open = (path: string, cookie = officer) => site.ask(path, { headers: { Cookie: cookie } });
const send = (path: string, fields: Record<string, string>, cookie = officer) =>
  site.ask(path, asForm(fields, cookie));
const versionOn = ({ text }: Answer) =>
  /name="version" value="([^"]*)"/.exec(text.replaceAll('&#x27;', "'"))?.[1] ?? '';

/** Sends a page's own form with its present version. */
const save = async (path: string, fields: Record<string, string>) =>
  send(path, { version: versionOn(await open(path)), ...fields });

const newestEvent = (type: string) =>
  site.world.db.auditEvent.findFirstOrThrow({ where: { type }, orderBy: { id: 'desc' } });

const promises = {
  optOut: '5',
  optOutWithdrawal: '5',
  question: '10',
  restriction: '30',
  recall: '30',
  complaint: '20',
  appeal: '30',
  optOutAlert: '5',
};
const reminders = { halfWay: 'yes', daysBefore: '14, 7,2', to: 'officers' };

describe('a setting', () => {
  it('is saved with who, when and what it was before, and tells so on its page', async () => {
    expect((await save('/officer/settings/promises', promises)).status).toBe(302);
    expect(await settingNow(site.world.db, 'promises')).toEqual({ 'promise.complaint': 20 });
    expect(await newestEvent('setting.changed')).toMatchObject({
      actorName: 'Amara Diallo',
      subjectId: 'promises',
      before: {},
      after: { 'promise.complaint': 20 },
    });
    const page = await open('/officer/settings/promises');
    expect(page.text).toContain('A complaint to us: 30 → 20.');
    expect(page.text).toContain('Amara Diallo');
    expect(
      (await site.ask('/api/v1/deadlines?rule=promise.complaint&receivedAt=2026-01-01')).json(),
    ).toMatchObject({ effectiveDueDate: '2026-01-21' });
  });

  it('that was set while the clock ran ahead is outranked by what is set after it', async () => {
    const ahead = { ...site.world, clock: () => new Date(site.clock.now().getTime() + minutes(60 * 24)) };
    const { versionId } = await newestSetting(site.world.db, 'promises');
    const value = { 'promise.complaint': 21 };
    const actor = await personOf(site.world, 'privacyOfficer');
    expect(await changeSetting(ahead, { name: 'promises', value, expected: versionId, actor })).toEqual({
      ok: true,
    });
    expect((await save('/officer/settings/promises', promises)).status).toBe(302);
    expect(await settingNow(site.world.db, 'promises')).toEqual({ 'promise.complaint': 20 });
    const kept = await site.world.db.settingVersion.findMany({
      where: { name: 'promises' },
      orderBy: [{ setAt: 'desc' }],
      select: { setAt: true },
    });
    expect(new Set(kept.map(({ setAt }) => setAt.getTime())).size).toBe(kept.length);
  });

  it('keeps reminders and fees as they are typed', async () => {
    expect((await save('/officer/settings/reminders', reminders)).status).toBe(302);
    expect(await settingNow(site.world.db, 'reminders')).toEqual({
      halfWay: true,
      daysBefore: [14, 7, 2],
      due: false,
      overdueDaily: false,
      to: 'officers',
    });
    const fees = { currency: 'EUR', accounting: '6,50', access: '0' };
    expect((await save('/officer/settings/fees', fees)).status).toBe(302);
    expect(await settingNow(site.world.db, 'fees')).toEqual({
      currency: 'EUR',
      accountingCents: 650,
      accessCents: 0,
    });
  });

  it('of the facility keeps who issues its numbers, and what it was before', async () => {
    const facility = {
      name: 'Riverbend Imaging',
      address: '14 Mill Street',
      phone: '(555) 010-0142',
      email: 'privacy@riverbend.example',
      timeZone: 'America/New_York',
      jurisdiction: 'US-CA',
    };
    expect((await save('/officer/settings/facility', facility)).status).toBe(302);
    expect(await site.world.db.facility.findUniqueOrThrow({ where: { id: 1 } })).toMatchObject({
      ...facility,
      issuer: 'RIVERBEND',
    });
    expect((await open('/officer/settings/facility')).text).toContain(
      'Postal address: 12 Mill Street, Riverbend, MA 01000 → 14 Mill Street.',
    );
    for (const wrong of [
      { timeZone: 'EST' },
      { timeZone: 'Mars/Olympus' },
      { jurisdiction: 'FR' },
      { email: 'x' },
    ])
      expect((await save('/officer/settings/facility', { ...facility, ...wrong })).status).toBe(400);
  });

  it.each([
    ['/officer/settings/promises', { ...promises, complaint: '0' }],
    ['/officer/settings/promises', { ...promises, complaint: '367' }],
    ['/officer/settings/promises', { ...promises, accounting: '90' }],
    ['/officer/settings/reminders', { ...reminders, daysBefore: '61' }],
    ['/officer/settings/reminders', { ...reminders, daysBefore: '1,2,3,4,5,6' }],
    ['/officer/settings/fees', { currency: 'EUR', accounting: '-1', access: '0' }],
    ['/officer/settings/fees', { currency: 'EUR', accounting: '500.01', access: '0' }],
  ])('%s refuses %o in words, and nothing changes', async (path, fields) => {
    const before = await site.world.db.settingVersion.count();
    const answer = await save(path, fields);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('role="alert"');
    expect(await site.world.db.settingVersion.count()).toBe(before);
  });

  it('that somebody else changed meanwhile is not overwritten', async () => {
    const stale = versionOn(await open('/officer/settings/fees'));
    await save('/officer/settings/fees', { currency: 'USD', accounting: '1', access: '0' });
    const late = { version: stale, currency: 'GBP', accounting: '2', access: '0' };
    const answer = await send('/officer/settings/fees', late);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Somebody else changed this');
    expect(await settingNow(site.world.db, 'fees')).toMatchObject({ currency: 'USD' });
  });

  it('is read by the auditor, and changed by none but an officer with a fresh factor', async () => {
    const page = await open('/officer/settings/fees', auditor);
    expect(page.status).toBe(200);
    expect(page.text).toContain('disabled=""');
    const fields = { version: versionOn(page), currency: 'GBP', accounting: '9', access: '0' };
    expect((await send('/officer/settings/fees', fields, auditor)).status).toBe(403);
    site.clock.advance(11 * 60_000);
    const asked = await send('/officer/settings/fees', fields);
    expect(asked.headers.location).toMatch(/^\/confirm\?next=/);
    expect(await settingNow(site.world.db, 'fees')).toMatchObject({ currency: 'USD' });
    officer = await signIn(site, castMember('privacyOfficer'));
  });
});

describe('an answer template', () => {
  const path = '/officer/settings/templates/accounting/denied/en';

  it('is previewed, saved as versions, and retired; what was stays to be read', async () => {
    const body = 'Dear {patient},\r\n\r\nwe said no to {reference}.';
    const preview = await send(path, { intent: 'preview', version: '0', body });
    expect(preview.text).toContain('Dear Ana Ruiz');
    expect(await site.world.db.answerTemplate.count()).toBe(0);
    expect((await send(path, { intent: 'save', version: '0', body })).status).toBe(302);
    expect((await send(path, { intent: 'save', version: '0', body: 'Other' })).status).toBe(409);
    expect((await send(path, { intent: 'save', version: '1', body: 'Second words' })).status).toBe(302);
    expect((await send(path, { intent: 'retire', version: '2' })).status).toBe(302);
    const rows = await site.world.db.answerTemplate.findMany({ orderBy: { version: 'asc' } });
    expect(rows.map(({ version, body: text, retiredAt }) => [version, text, retiredAt !== null])).toEqual([
      [1, 'Dear {patient},\n\nwe said no to {reference}.', true],
      [2, 'Second words', true],
    ]);
    expect((await open(path)).text).toContain('Second words');
    expect(await newestEvent('template.retired')).toMatchObject({ before: { version: 2 } });
  });

  it('has no blanks that nothing fills, and is of no kind that there is not', async () => {
    const answer = await send(path, { intent: 'save', version: '2', body: 'Dear {surname}' });
    expect(answer.status).toBe(400);
    expect((await open('/officer/settings/templates/nonsense/denied/en')).status).toBe(404);
  });
});

describe('a file of holidays', () => {
  const boundary = 'plainview-boundary';
  const part = (name: string, value: string, file?: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${file}"` : ''}\r\n\r\n${value}\r\n`;
  const upload = (parts: string[]) =>
    site.ask('/officer/settings/holidays/import', {
      method: 'POST',
      headers: {
        ...asForm({}, officer).headers,
        'Content-Type': `multipart/form-data; boundary=${boundary}`,
      },
      body: `${parts.join('')}--${boundary}--\r\n`,
    });
  const look = (text: string) =>
    upload([part('intent', 'look'), part('calendar', 'Federal'), part('file', text, 'holidays.ics')]);
  const ics = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    'DTSTART;VALUE=DATE:20281225',
    'SUMMARY:Christmas Day',
    'END:VEVENT',
    'BEGIN:VEVENT',
    'DTSTART:20281226T090000Z',
    'SUMMARY:Office party',
    'END:VEVENT',
    'END:VCALENDAR',
  ].join('\r\n');

  it('is shown before it is saved, and then saved', async () => {
    const shown = await look(ics);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('1 new day, none known already');
    expect(shown.text).toContain('it does not last a whole day');
    expect(await site.world.db.holiday.count({ where: { calendar: 'Federal' } })).toBe(0);
    const saved = await upload([
      part('intent', 'save'),
      part('calendar', 'Federal'),
      part('days', '2028-12-25 Christmas Day'),
    ]);
    expect(saved.headers.location).toBe('/officer/settings/holidays?year=2028&done=saved');
    expect((await look(ics)).text).toContain('No new day, one known already'.replace('one', '1'));
    const page = await open('/officer/settings/holidays?year=2028');
    expect(page.text).toContain('Monday, December 25, 2028');
    expect(page.text).toContain('Added December 25, 2028 (Christmas Day).');
  });

  it.each([
    ['no calendar', '%PDF-1.7', 'not an iCalendar file'],
    ['100,000 events', `BEGIN:VCALENDAR\r\n${'BEGIN:VEVENT\r\n'.repeat(70_000)}`, 'more than 2,000 events'],
    ['more than 1 MB', 'x'.repeat(1_100_000), 'more than 1 MB'],
  ])('with %s is refused in words', async (_what, text, words) => {
    const answer = await look(text);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(words);
  });
});

describe('changed holidays', () => {
  const day = (date: string) => new Date(`${date}T00:00:00Z`);
  async function request(facts: {
    ruleId: string;
    receivedOn: string;
    dueOn: string;
    promisedCount?: number;
    status?: 'submitted' | 'responded';
  }): Promise<string> {
    const ines = await patientOf(site.world, 'RB000417');
    const { receivedOn, dueOn, status = 'submitted', ...rule } = facts;
    const at = new Date(`${receivedOn}T15:00:00Z`);
    const { id } = await site.world.db.privacyRequest.create({
      data: {
        ...rule,
        reference: `PV-${Math.random().toString(36).slice(2, 8).toUpperCase()}`,
        kind: 'question',
        patientId: ines.patientId,
        filedById: ines.id,
        channel: 'portal',
        status,
        details: {},
        receivedAt: at,
        enteredAt: at,
        timeZone: 'America/New_York',
        jurisdiction: 'US',
        ruleVersion: 1,
        holidays: [],
        receivedOn: day(receivedOn),
        dueOn: day(dueOn),
        submissionKey: crypto.randomUUID(),
      },
      select: { id: true },
    });
    return id;
  }

  it('move the last days that rest on them, once, and say so; others stay', async () => {
    const actor = await personOf(site.world, 'privacyOfficer');
    // Five business days from Friday, 1 June 2029; a GDPR month that ends on Wednesday, 11 July 2029; sixty days.
    const promise = await request({
      ruleId: 'promise.optOut',
      receivedOn: '2029-06-01',
      dueOn: '2029-06-08',
    });
    const month = await request({ ruleId: 'eu.gdpr.art12', receivedOn: '2029-06-11', dueOn: '2029-07-11' });
    const law = await request({ ruleId: 'hipaa.accounting', receivedOn: '2029-06-01', dueOn: '2029-07-31' });
    const promised = await request({
      ruleId: 'promise.question',
      promisedCount: 3,
      receivedOn: '2029-06-05',
      dueOn: '2029-06-08',
    });
    const answered = await request({
      ruleId: 'promise.optOut',
      receivedOn: '2029-06-01',
      dueOn: '2029-06-08',
      status: 'responded',
    });
    const changed = await changeHolidays(site.world, {
      actor,
      add: [
        { calendar: 'facility', on: '2029-06-06', name: 'Founders’ Day' },
        { calendar: 'facility', on: '2029-07-11', name: 'River Day' },
        { calendar: 'facility', on: '2029-07-31', name: 'Summer Day' },
        // Days that are no holidays of the clocks they would move.
        { calendar: 'EU', on: '2029-06-11', name: 'No day of a promise' },
        { calendar: 'UK', on: '2029-07-12', name: 'No day of this law' },
        { calendar: 'promise', on: '2029-07-12', name: 'No day of a law' },
      ],
    });
    if (!changed.ok) throw new Error(changed.refusal);
    const moved = await recountOpenRequests(site.world, changed.changeId);
    // Again, as after a crash: nothing is done twice.
    expect(await recountOpenRequests(site.world, changed.changeId)).toBe(moved);
    expect(moved).toBe(3);

    const due = async (id: string) => {
      const row = await site.world.db.privacyRequest.findUniqueOrThrow({ where: { id } });
      return row.dueOn.toISOString().slice(0, 10);
    };
    expect(await due(promise)).toBe('2029-06-11');
    expect(await due(promised)).toBe('2029-06-11');
    expect(await due(month)).toBe('2029-07-12');
    expect(await due(law)).toBe('2029-07-31');
    expect(await due(answered)).toBe('2029-06-08');

    const events = await site.world.db.auditEvent.findMany({
      where: { type: 'request.dueMoved', requestId: { in: [promise, promised, month, law, answered] } },
      orderBy: { id: 'asc' },
    });
    expect(events).toHaveLength(3);
    expect(events.find(({ requestId }) => requestId === promise)).toMatchObject({
      before: { dueOn: '2029-06-08' },
      after: { dueOn: '2029-06-11' },
      visibleToPatient: true,
    });
    const officers = await site.world.db.user.count({ where: { role: 'privacyOfficer', disabledAt: null } });
    expect(await site.world.db.notice.count({ where: { kind: 'holidaysChanged' } })).toBe(officers);
    expect((await open('/officer/settings/holidays')).text).toContain('3 last days moved.');

    // Taken away again, they move back.
    const back = await send('/officer/settings/holidays', {
      intent: 'remove',
      calendar: 'facility',
      on: '2029-06-06',
    });
    expect(back.status).toBe(302);
    const { subjectId } = await newestEvent('holidays.changed');
    await recountOpenRequests(site.world, subjectId);
    expect(await due(promise)).toBe('2029-06-08');
    expect(await due(month)).toBe('2029-07-12');
  });
});
