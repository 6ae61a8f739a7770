import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { chooseFee } from '#app/requests/fees.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { addFile } from '#app/requests/staff-files.server.ts';
import { dateInWords, localDate } from '#app/words/dates.ts';
import { formsOf, linksOf } from '#tests/support/html.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, minutes, patientOf, personOf } from '#tests/support/world.ts';

let site: Site;
let ines: Person & { patientId: string };
let amara: Person;
let staff = '';
let officer = '';
let auditor = '';

beforeAll(async () => {
  site = await startSite();
  [ines, amara] = await Promise.all([
    patientOf(site.world, 'RB000417'),
    personOf(site.world, 'privacyOfficer'),
  ]);
  staff = await signIn(site, castMember('staff'));
  officer = await signIn(site, castMember('privacyOfficer'));
  auditor = await signIn(site, castMember('auditor'));
});
afterAll(() => site.stop());

async function correction() {
  const filed = await submitRequest(site.world, {
    actor: ines,
    kind: 'amendment',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: {},
    statement: {
      wrong: 'It says left lung.\nIt is the right one.',
      right: 'Right lung',
      why: '<b>I know</b>',
    },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed.requestId;
}

const path = (id: string) => `/staff/requests/${id}`;
const see = (target: string, cookie = staff) => site.ask(target, { headers: { Cookie: cookie } });
const send = (id: string, fields: Record<string, string> | [string, string][], cookie = staff) =>
  site.ask(path(id), { ...asForm({}, cookie), body: new URLSearchParams(fields).toString() });
const text = ({ text: html }: Answer) =>
  html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const statusOf = (id: string) =>
  site.world.db.privacyRequest.findUniqueOrThrow({
    where: { id },
    select: { status: true, resolution: true, version: true, dueOn: true },
  });
const speaks = (locale: string) =>
  site.world.db.user.update({ where: { id: ines.id }, data: { locale }, select: { id: true } });
const referenceOf = async (id: string) =>
  (await site.world.db.privacyRequest.findUniqueOrThrow({ where: { id }, select: { reference: true } }))
    .reference;
const letter = (version: number, over: Record<string, string> = {}) => ({
  intent: 'letter',
  version: String(version),
  outcome: 'denied',
  note: 'We looked at the scan again.',
  ...over,
});

describe('a request that is answered by a letter', () => {
  it('shows the patient’s own words as text, and a denial leaves only with its ground, its parts and the officer', async () => {
    const id = await correction();
    const page = await see(path(id));
    expect(page.text).toContain('It says left lung.\nIt is the right one.');
    expect(page.text).toContain('&lt;b&gt;I know&lt;/b&gt;');

    expect(await send(id, letter(1))).toMatchObject({ status: 302 });
    expect(text(await see(path(id)))).toContain('A denial without one cannot be sent.');
    const early = await send(id, { intent: 'send', version: '2', reviewed: 'reviewed' });
    expect(early.status).toBe(400);

    await send(id, letter(2, { ground: 'accurateAndComplete' }));
    expect(text(await see(path(id)))).toContain('Tick each thing that the answer must say');
    await send(id, letter(3, { ground: 'accurateAndComplete', contains: 'plainReasons' }));
    const ready = text(await see(path(id)));
    expect(ready).toContain('Only a privacy officer can send a denial.');
    expect(ready).toContain(amara.name);
    expect(ready).toContain('The record is correct and complete. ( 45 CFR 164.526(a)(2)(iv) )');
    const byStaff = await send(id, { intent: 'send', version: '4', reviewed: 'reviewed' });
    expect(byStaff.status).toBe(403);
    expect((await statusOf(id)).status).toBe('inReview');

    expect((await send(id, { intent: 'send', version: '4' }, officer)).status).toBe(400);
    const sent = await send(id, { intent: 'send', version: '4', reviewed: 'reviewed' }, officer);
    expect(sent.status).toBe(302);
    expect(await statusOf(id)).toMatchObject({ status: 'responded', resolution: 'denied' });
    expect(await readAnswer(site.world, id, 'sent')).toMatchObject({
      ground: 'accurateAndComplete',
      note: 'We looked at the scan again.',
    });
  });

  it('wants a second look at a denial, also from the officer who wrote it', async () => {
    const id = await correction();
    await send(id, letter(1, { ground: 'accurateAndComplete', contains: 'plainReasons' }), officer);
    await speaks('es');
    const seen = await see(path(id), officer);
    await speaks('en');
    // The letter in its reader’s language, the page around it in that of whoever writes it.
    expect(seen.text).toContain('<div lang="es"');
    expect(text(seen)).toContain('El registro es correcto y completo.');
    const whole = { ground: 'accurateAndComplete', contains: 'plainReasons' };
    const sends = (version: string) => send(id, { intent: 'send', version, reviewed: 'reviewed' }, officer);
    expect((await sends('2')).status).toBe(409);
    expect((await statusOf(id)).status).toBe('inReview');
    // Nobody else here may send it: what the page says to do about that is what the rules let them do.
    expect(text(seen)).toMatch(
      /Ask a colleague to open “Change the letter”, check it and keep it: it is then theirs, and you can look at it and send it\. Who can: .*Dana Whitlow/,
    );
    expect((await send(id, letter(2, whole))).status).toBe(302);
    const document = {
      fileName: 'a.pdf',
      mediaType: 'application/pdf',
      bytes: new TextEncoder().encode('%PDF-1.4'),
    };
    const put = { requestId: id, actor: amara, use: 'forRelease', document } as const;
    expect(await addFile(site.world, put)).toEqual({ ok: true });
    expect((await sends((await statusOf(id)).version.toString())).status).toBe(409);
    expect(text(await see(path(id)))).toContain(
      `it is then yours, and one of them can look at it and send it: ${amara.name}.`,
    );
    expect((await send(id, letter((await statusOf(id)).version, whole))).status).toBe(302);
    expect((await sends((await statusOf(id)).version.toString())).status).toBe(302);
  });

  it('ends a complaint in words of a complaint', async () => {
    const filed = await submitRequest(site.world, {
      actor: ines,
      kind: 'complaint',
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      details: { about: 'other' },
      statement: { happened: 'Nobody asked me.' },
    });
    if (!filed.ok) throw new Error(filed.refusal);
    const id = filed.requestId;
    const page = async () => text(await see(path(id)));
    expect(await page()).toMatch(/ Upheld .* Upheld in part .* Not upheld /);
    expect(await page()).not.toMatch(/Done as asked|Done in part|Needed for: (Denied|Done)/);
    const whole = letter(1, { outcome: 'granted' });
    const contains = ['whatWeFound', 'whatChanges'].map((one): [string, string] => ['contains', one]);
    await send(id, [...Object.entries(whole), ...contains]);
    expect((await send(id, { intent: 'send', version: '2', reviewed: 'reviewed' })).status).toBe(302);
    expect(await page()).toContain('Answered (Upheld)');
    expect(text(await see('/officer/audit', officer))).toContain('Upheld');
  });

  it('starts from the facility’s own words, the newest that are not retired', async () => {
    const id = await correction();
    const made = { kind: 'amendment', use: 'granted', locale: 'en', madeById: amara.id } as const;
    const at = site.world.clock();
    const ready = 'Dear {patient}, we have corrected your record ({reference}). Call {phone}.';
    const { phone } = await theFacility(site.world.db);
    await site.world.db.answerTemplate.createMany({
      data: [
        { ...made, version: 1, body: 'The first words.', madeAt: at },
        { ...made, version: 2, body: ready, madeAt: at },
        { ...made, version: 3, body: 'Never to be used.', madeAt: at, retiredAt: at },
        { ...made, use: 'message', version: 1, body: 'We answer by {lastDay}.', madeAt: at },
      ],
    });
    expect((await see(path(id))).text).toContain('name="fill" value="granted"');
    const fill = (use: string, typed: Record<string, string>) =>
      send(id, { version: '1', fill: use, ...typed });
    const started = await fill('granted', { note: 'I had begun.', contains: 'whoIsTold' });
    const { reference, dueOn } = await site.world.db.privacyRequest.findUniqueOrThrow({
      where: { id },
      select: { reference: true, dueOn: true },
    });
    const filled = formsOf(path(id), started.text).find(({ fields }) =>
      fields.some(({ value }) => value === 'letter'),
    );
    // After what was typed, in nobody's record yet.
    expect(filled?.fields).toContainEqual(
      expect.objectContaining({
        name: 'note',
        value: `I had begun.\n\nDear Ines Okafor, we have corrected your record (${reference}). Call ${phone}.`,
      }),
    );
    expect((await statusOf(id)).version).toBe(1);
    const day = dateInWords('en', dueOn.toISOString().slice(0, 10));
    expect(text(await fill('message', { message: '' }))).toContain(`We answer by ${day}.`);
    // One that was typed by hand, or filled by nobody, does not leave.
    await send(id, {
      ...{ ...letter(1), outcome: 'granted', note: 'Dear {patient}' },
      ...{ contains: 'whatWasChanged' },
    });
    const write = { intent: 'message', version: '2', submissionKey: crypto.randomUUID() };
    const blank = await send(id, { ...write, message: 'Dear { patient }' });
    expect(blank.status).toBe(400);
    expect(blank.text).toContain('id="message-error"');
    const left = await send(id, { intent: 'send', version: '2', reviewed: 'reviewed' });
    expect(left.status).toBe(400);
    expect(text(left)).toContain('A blank of our own words is not filled in');
  });
});

describe('two people at one request', () => {
  it('the second is told what was done, by whom and when, and keeps what was typed; each sees that the other is there', async () => {
    const first = await correction();
    const id = await correction();
    await see(path(id), officer);
    site.clock.advance(minutes(3));
    expect(text(await see(path(id)))).toContain(`${amara.name} opened this 3 minutes ago.`);
    await moveRequest(site.world, id, { name: 'acknowledge', expectedVersion: 1 }, amara);
    const late = await send(id, letter(1, { note: 'Words that took me an hour.' }));
    expect(late.status).toBe(409);
    expect(text(late)).toContain('This changed while you were looking at it');
    expect(text(late)).toMatch(new RegExp(`Request confirmed as received: ${amara.name}, November 22, 2026`));
    expect(late.text).toContain('Words that took me an hour.');
    expect(late.text).toMatch(/name="version" value="2"/);

    // The same once nothing can be typed there any more.
    const twinReference = await referenceOf(first);
    const twice = { name: 'markDuplicate', expectedVersion: 2, reason: 'Sent twice', twinReference } as const;
    expect(await moveRequest(site.world, id, twice, amara)).toMatchObject({ ok: true });
    const over = await send(id, letter(2, { note: 'Words that took me an hour.' }));
    expect(text(over)).toContain('What you typed');
    expect(over.text).toContain('Words that took me an hour.');
    expect(text(over)).toContain('Closed: the same as another request');
  });
});

describe('more time', () => {
  it('is the officer’s to take, once, to a day that the rule allows, with reasons', async () => {
    const id = await correction();
    expect(text(await see(path(id)))).toContain('Only a privacy officer can move the last day.');
    const page = await see(path(id), officer);
    const form = formsOf(path(id), page.text).find(({ fields }) =>
      fields.some(({ value }) => value === 'extend'),
    );
    const longest = form?.fields.find(({ name }) => name === 'newDueOn')?.value ?? '';
    // 45 CFR 164.526(b)(2)(ii): 60 days, and 30 more.
    expect(longest).toBe('2027-02-20');
    const extend = { intent: 'extend', version: '1', newDueOn: longest };
    const reason = 'The film archive is being moved until January.';
    expect((await send(id, { ...extend, extendReason: reason }, staff)).status).toBe(403);
    const without = await send(id, extend, officer);
    expect(without.status).toBe(400);
    expect(without.text).toContain('id="extendReason-error"');
    const far = await send(id, { ...extend, newDueOn: '2027-03-20', extendReason: reason }, officer);
    expect(far.status).toBe(400);
    expect(far.text).toContain(reason);
    expect((await send(id, { ...extend, extendReason: reason }, officer)).status).toBe(302);
    expect((await statusOf(id)).dueOn.toISOString()).toMatch(/^2027-02-20/);
    expect(text(await see(path(id), officer))).toContain('The date was moved once already.');
  });
});

describe('what is written and filed', () => {
  it('a message reaches the patient and may wait for them; a note does not, nor does its event', async () => {
    const id = await correction();
    const key = crypto.randomUUID();
    const message = { intent: 'message', version: '1', submissionKey: key, message: 'Which report?' };
    expect((await send(id, { ...message, waits: 'waits' })).status).toBe(302);
    expect((await send(id, { ...message, waits: 'waits' })).status).toBe(302);
    expect((await statusOf(id)).status).toBe('waitingOnPatient');
    await send(id, {
      intent: 'remark',
      version: '2',
      submissionKey: crypto.randomUUID(),
      remark: 'Ask radiology <first>',
    });
    const page = await see(path(id));
    expect(text(page).match(/Which report\?/g)).toHaveLength(1);
    expect(page.text).toContain('Ask radiology &lt;first&gt;');
    const seen = await eventsOfRequest(site.world.db, id, 'visibleToPatient');
    expect(seen.map(({ type }) => type)).not.toContain('request.noteWritten');
    expect((await send(id, { intent: 'goOn', version: '2', goOnReason: '' })).status).toBe(400);
    expect((await send(id, { intent: 'goOn', version: '2', goOnReason: 'Told us by phone' })).status).toBe(
      302,
    );
    // Who only reads writes nothing.
    expect((await see(path(id), auditor)).text).not.toContain('name="remark"');
    expect((await send(id, { ...message, submissionKey: crypto.randomUUID() }, auditor)).status).toBe(403);
  });

  it('a file is kept for staff or for the answer, served as a download, and each opening is an event', async () => {
    const id = await correction();
    const pdf = Buffer.from('%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
    const upload = (name: string, bytes: Buffer, fileUse: string) => {
      const boundary = 'canary-boundary';
      const fields = { intent: 'file', version: '1', fileUse };
      const parts = Object.entries(fields).map(([field, value]) =>
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`),
      );
      const ask = asForm({}, staff);
      return site.ask(path(id), {
        ...ask,
        headers: { ...ask.headers, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
        body: Buffer.concat([
          ...parts,
          Buffer.from(
            `--${boundary}\r\nContent-Disposition: form-data; name="document"; filename="${name}"\r\nContent-Type: application/pdf\r\n\r\n`,
          ),
          bytes,
          Buffer.from(`\r\n--${boundary}--\r\n`),
        ]),
      });
    };
    expect((await upload('letter.pdf', pdf, 'forRelease')).status).toBe(302);
    const wrong = await upload('letter.pdf', Buffer.from('<script>alert(1)</script>'), 'internal');
    expect(wrong.status).toBe(400);
    expect((await upload('letter.pdf', pdf, 'fromPatient')).status).toBe(400);

    const page = await see(path(id));
    expect((await statusOf(id)).version).toBe(2);
    const link = linksOf(page.text).find((one) => one.includes('/files/')) ?? '';
    const file = await see(link, auditor);
    expect(file).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/pdf',
        'content-disposition': expect.stringMatching(/^attachment; filename="letter.pdf"/),
      },
    });
    expect(file.bytes.equals(pdf)).toBe(true);
    const events = await eventsOfRequest(site.world.db, id);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['request.fileAdded', 'request.fileRead']),
    );
    const other = await correction();
    expect((await see(link.replace(id, other))).status).toBe(404);

    const fileId = link.split('/').at(-1) ?? '';
    await send(id, letter(2));
    expect(text(await see(path(id)))).toContain('Files that go with it');
    const back = { intent: 'takeFileBack', version: '3', fileId };
    expect((await send(id, back, auditor)).status).toBe(403);
    expect((await send(other, back)).status).toBe(404);
    expect((await send(id, back)).status).toBe(302);
    const without = text(await see(path(id)));
    expect(without).toContain('letter.pdf For staff only');
    expect(without).not.toContain('Files that go with it');
  });

  it('who it is, is asked and confirmed, and a duplicate needs its reason and the one that it is the same as', async () => {
    const first = await correction();
    const id = await correction();
    expect((await send(id, { intent: 'askIdentity', version: '1' })).status).toBe(302);
    expect((await statusOf(id)).status).toBe('identityCheck');
    expect(text(await see(path(id)))).toContain('The day on which it came');
    const early = await send(id, { intent: 'confirmIdentity', version: '2', cameOn: '2020-01-01' });
    expect([early.status, early.text.includes('id="cameOn-error"')]).toEqual([400, true]);
    expect((await send(id, { intent: 'confirmIdentity', version: '2', cameOn: '' })).status).toBe(302);
    const same = { intent: 'markDuplicate', version: '3', duplicateReason: 'The same paper' };
    const without = await send(id, { ...same, duplicateReason: '' });
    expect(without.status).toBe(400);
    expect(without.text).toContain('id="duplicateReason-error"');
    const nothing = await send(id, { ...same, twin: 'PV-000000' });
    expect(nothing.status).toBe(400);
    expect(nothing.text).toContain('id="twin-error"');
    expect((await send(id, { ...same, twin: await referenceOf(first) })).status).toBe(302);
    expect(await statusOf(id)).toMatchObject({ status: 'closed', resolution: 'duplicate' });
    expect((await see(path(id))).text).toContain(path(first));
    expect((await send(id, { intent: 'assign', version: '4', assignee: amara.id })).status).toBe(409);
  });
});

describe('a cost', () => {
  const ask = async (kind: 'access' | 'accounting') => {
    const filed = await submitRequest(site.world, {
      actor: ines,
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      ...(kind === 'access'
        ? { kind, details: { part: 'both' as const, delivery: 'file' as const } }
        : { kind, details: { from: '2021-01-01', to: '2026-11-22' } }),
    });
    if (!filed.ok) throw new Error(filed.refusal);
    return filed.requestId;
  };
  const tell = (id: string, over: Record<string, string> = {}) =>
    send(id, {
      intent: 'tellFee',
      version: '1',
      feeAmount: '12,50',
      feeBasis: 'A disc and the postage.',
      ...over,
    });

  it('is told once, before it costs anything, with what it is made of, and the patient hears of it', async () => {
    const id = await ask('access');
    expect((await tell(id, { feeAmount: 'ten' })).text).toContain('id="feeAmount-error"');
    expect((await tell(id, { feeBasis: ' ' })).text).toContain('id="feeBasis-error"');
    expect((await tell(id)).status).toBe(302);
    expect((await tell(id)).status).toBe(409);
    const told = text(await see(path(id)));
    expect(told).toMatch(/\$12\.50.*A disc and the postage\..*has not chosen yet/);
    expect(told).toContain('The patient’s turn');
    expect(await site.world.db.notice.count({ where: { requestId: id, kind: 'feeTold' } })).toBe(1);
  });

  it('is not asked for the first list in 12 months, nor for a correction', async () => {
    expect((await tell(await ask('accounting'))).text).toContain('free by law');
    expect((await tell(await correction())).status).toBe(409);
  });

  it('is not asked where access is free by law, but on a ground that the patient reads; a request of the European Union through the site', async () => {
    const under = (jurisdiction: string) =>
      site.world.db.facility.update({ where: { id: 1 }, data: { jurisdiction }, select: { id: true } });
    await under('EU');
    const id = await ask('access');
    await under('US');
    const page = text(await see(path(id)));
    expect(page).toContain('GDPR Art. 12(3)');
    expect(page).toContain('The law makes this free (Art. 12(5)).');
    const bare = await tell(id);
    expect([bare.status, bare.text.includes('id="feeGround-error"')]).toEqual([400, true]);
    // No copy was given before: there is no further one.
    expect((await tell(id, { feeGround: 'furtherCopy' })).status).toBe(400);
    expect((await tell(id, { feeGround: 'excessive' })).status).toBe(302);
    const patient = await signIn(site, castMember({ mrn: 'RB000417' }));
    expect(text(await see(`/requests/${id}`, patient))).toContain('The request is excessive');
    expect(
      await site.world.db.auditEvent.findFirst({
        where: { requestId: id, type: 'request.feeTold' },
        select: { after: true },
      }),
    ).toMatchObject({ after: { ground: 'excessive' } });
  });

  it('that was paid earlier than it is recorded counts from the day of payment, in the United Kingdom', async () => {
    const under = (jurisdiction: string) =>
      site.world.db.facility.update({ where: { id: 1 }, data: { jurisdiction }, select: { id: true } });
    await under('UK');
    const id = await ask('access');
    await under('US');
    expect((await tell(id, { feeGround: 'excessive' })).status).toBe(302);
    const choice = { choice: 'goOn', text: '', submissionKey: crypto.randomUUID() } as const;
    expect(await chooseFee(site.world, { requestId: id, actor: ines, ...choice })).toEqual({ ok: true });
    expect(text(await see(path(id)))).toContain('The day on which it was paid');
    const pay = (paidOn: string) => send(id, { intent: 'feePaid', version: '1', paidOn });
    const later = await pay('2099-01-01');
    expect([later.status, later.text.includes('id="paidOn-error"')]).toEqual([400, true]);
    expect((await pay(localDate(site.clock.now(), 'America/New_York'))).status).toBe(302);
    expect(text(await see(path(id)))).not.toContain('The day on which it was paid');
  });
});

describe('a request that came under the law of the United States, and the facility is said to be elsewhere since', () => {
  it('is denied by the grounds, with the statements and the ways to complain that are of its own law; a new one is not', async () => {
    const under = (jurisdiction: string) =>
      site.world.db.facility.update({ where: { id: 1 }, data: { jurisdiction }, select: { id: true } });
    const id = await correction();
    await under('UK');
    try {
      const patient = await signIn(site, castMember({ mrn: 'RB000417' }));
      expect(text(await see(`/requests/${id}`, patient))).toMatch(/Health and Human Services/);
      const denied = {
        outcome: 'denied',
        ground: 'accurateAndComplete',
        contains: 'statementOfDisagreement',
      };
      const drafted = await send(id, letter(1, denied), officer);
      const page = text(await see(path(id), officer));
      expect([drafted.status, page]).toEqual([302, expect.stringMatching(/45 CFR 164\.526/)]);
      expect(page).toMatch(/Health and Human Services/);
      expect(page).not.toMatch(/DPA 2018|Information Commissioner|UK GDPR/);
      const later = await correction();
      const other = text(await see(path(later), officer));
      expect(other).toMatch(/UK GDPR/);
      expect(text(await see(`/requests/${later}`, patient))).toMatch(/Information Commissioner/);
    } finally {
      await under('US');
    }
  });
});

describe('two at one moment, over HTTP', () => {
  it('an answer and an extension, a patient’s reply and “we go on”: one is done, the other is told what happened', async () => {
    const id = await correction();
    const done = letter(1, { outcome: 'granted', contains: 'amendedAndLinked' });
    const whole: [string, string][] = [
      ...Object.entries(done).filter(([name]) => name !== 'contains'),
      ...(kindDefinition('amendment').mustContain.granted ?? []).map(({ id: part }): [string, string] => [
        'contains',
        part,
      ]),
    ];
    expect((await send(id, whole)).status).toBe(302);
    const extendTo = (await statusOf(id)).dueOn;
    extendTo.setUTCDate(extendTo.getUTCDate() + 20);
    const [answered, extended] = await Promise.all([
      send(id, { intent: 'send', version: '2', reviewed: 'reviewed' }),
      send(
        id,
        {
          intent: 'extend',
          version: '2',
          extendReason: 'The archive is away.',
          newDueOn: extendTo.toISOString().slice(0, 10),
        },
        officer,
      ),
    ]);
    expect([answered.status, extended.status].sort()).toEqual([302, 409]);
    const lost = answered.status === 409 ? answered : extended;
    expect(text(lost)).toContain(answered.status === 409 ? 'We need longer' : 'Answer');

    const other = await correction();
    await send(other, {
      intent: 'message',
      version: '1',
      submissionKey: crypto.randomUUID(),
      message: 'Which lung?',
      waits: 'waits',
    });
    const patient = await signIn(site, castMember({ mrn: 'RB000417' }));
    const [replied, wentOn] = await Promise.all([
      site.ask(
        `/requests/${other}`,
        asForm({ move: 'message', text: 'The right one.', submissionKey: crypto.randomUUID() }, patient),
      ),
      send(other, { intent: 'goOn', version: '2', goOnReason: 'By phone.' }),
    ]);
    // A message is welcome while a request is open: only one of them ends the wait.
    expect(replied.status).toBe(302);
    expect([302, 409]).toContain(wentOn.status);
    const moved = await site.world.db.requestClockEvent.count({
      where: { requestId: other, type: 'clarificationReceived' },
    });
    expect([moved, (await statusOf(other)).status]).toEqual([1, 'inReview']);
  });
});
