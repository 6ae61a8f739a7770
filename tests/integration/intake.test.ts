import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optOutHistory } from '#app/optouts/history.server.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { attachmentsOf } from '#app/requests/attachments.server.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { tellFee } from '#app/requests/fees.server.ts';
import { writeToPatient } from '#app/requests/messages.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { readStatement } from '#app/requests/statement.server.ts';
import { linksOf } from '#tests/support/html.ts';
import { textOfPdf } from '#tests/support/pdf-text.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, minutes, patientOf, personOf } from '#tests/support/world.ts';

let site: Site;
let patientId = '';
let staff = '';

beforeAll(async () => {
  site = await startSite();
  patientId = (await patientOf(site.world, 'RB000417')).patientId;
  staff = await signIn(site, castMember('staff'));
});
afterAll(() => site.stop());

const see = (target: string) => site.ask(target, { headers: { Cookie: staff } });
const text = ({ text: html }: Answer) =>
  html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const boundary = 'canary-boundary';
const pdf = '%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n';

/** Sends the form of an intake as a browser does, with a scan where there is one. */
function enter(
  kind: string,
  fields: Record<string, string>,
  { scan, key = crypto.randomUUID() }: { scan?: string; key?: string } = {},
): Promise<Answer> {
  const all = { channel: 'paper', receivedOn: '2026-11-16', submissionKey: key, ...fields };
  const parts = Object.entries(all).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  if (scan)
    parts.push(
      `--${boundary}\r\nContent-Disposition: form-data; name="document"; filename="scan.pdf"\r\nContent-Type: application/pdf\r\n\r\n${scan}\r\n`,
    );
  const ask = asForm({}, staff);
  return site.ask(`/staff/intake/${patientId}?kind=${kind}`, {
    ...ask,
    headers: { ...ask.headers, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: `${parts.join('')}--${boundary}--\r\n`,
  });
}

const idIn = (answer: Answer) =>
  /^\/staff\/requests\/([0-9a-f-]{36})\/receipt$/.exec(answer.headers.location ?? '')?.[1] ?? '';
const rowOf = (id: string) =>
  site.world.db.privacyRequest.findUniqueOrThrow({
    where: { id },
    select: {
      kind: true,
      channel: true,
      receivedOn: true,
      dueOn: true,
      details: true,
      notices: { select: { kind: true } },
    },
  });

describe('what came on paper, by phone or at the desk', () => {
  it('is found by patient and entered from the day it truly came: clock, scan, receipt and mail', async () => {
    const found = await site.ask('/staff/intake?index', asForm({ name: 'Okafor' }, staff));
    const link = linksOf(found.text).find((one) => one === `/staff/intake/${patientId}`);
    expect(link).toBeDefined();
    expect(linksOf((await see(link ?? '')).text)).toContain(`/staff/intake/${patientId}?kind=accounting`);

    const key = crypto.randomUUID();
    const asked = { window: 'sixYears', receivedTime: '23:30' };
    const [once, twice] = await Promise.all([
      enter('accounting', asked, { scan: pdf, key }),
      enter('accounting', asked, { scan: pdf, key }),
    ]);
    const id = idIn(once);
    expect(idIn(twice)).toBe(id);
    // 45 CFR 164.528(c)(1): 60 days from Monday 16 November, on which it came, and not from the Sunday on which it was typed.
    expect(await rowOf(id)).toMatchObject({
      channel: 'paper',
      receivedOn: new Date('2026-11-16'),
      dueOn: new Date('2027-01-15'),
      details: { from: '2020-11-16', to: '2026-11-16' },
      notices: [{ kind: 'requestReceived' }],
    });
    expect(await attachmentsOf(site.world.db, id, 'patient')).toMatchObject([
      { fileName: 'scan.pdf', use: 'scan' },
    ]);
    const receipt = text(await see(`/staff/requests/${id}/receipt`));
    expect(receipt).toContain('Friday, January 15, 2027. The law sets this day (45 CFR 164.528(c)(1)');
    expect(receipt).toMatch(/Number PV-[0-9A-Z]{6}/);
  });

  it('a day without a time stays a day, on pages and papers, and its history says when it came', async () => {
    const id = idIn(
      await enter('recall', { vendors: 'all', wish: 'Please stop.', receivedOn: '2026-11-17' }),
    );
    const page = text(await see(`/staff/requests/${id}`));
    expect(page).toContain('Received November 17, 2026');
    expect(page).not.toContain('12:00 PM');
    expect(page).toContain('It came on paper on November 17, 2026.');
    expect(page).not.toContain('Request sent');
    const timed = { vendors: 'all', wish: 'Please stop.', receivedOn: '2026-11-17', receivedTime: '09:30' };
    expect(text(await see(`/staff/requests/${idIn(await enter('recall', timed))}`))).toContain(
      'Received November 17, 2026 at 9:30 AM',
    );
  });

  it('a day before birth is refused, and one of long ago is asked about', async () => {
    const asked = { vendors: 'all', wish: 'Please stop.' };
    const { bornOn } = await site.world.db.patient.findUniqueOrThrow({
      where: { id: patientId },
      select: { bornOn: true },
    });
    const before = new Date(bornOn.getTime() - 86_400_000).toISOString().slice(0, 10);
    const unborn = await enter('recall', { ...asked, receivedOn: before });
    expect([unborn.status, unborn.text.includes('id="receivedOn-error"')]).toEqual([400, true]);
    const old = { ...asked, receivedOn: '2024-11-17' };
    const doubted = await enter('recall', old);
    expect(doubted.status).toBe(400);
    expect(text(doubted)).toContain('November 17, 2024 is more than a year ago');
    expect((await enter('recall', { ...old, confirmedOn: '2024-11-16' })).status).toBe(400);
    expect(await rowOf(idIn(await enter('recall', { ...old, confirmedOn: '2024-11-17' })))).toMatchObject({
      receivedOn: new Date('2024-11-17'),
    });
  });

  it('a "no" on paper counts from its entry, whatever day it came', async () => {
    const page = text(await see(`/staff/intake/${patientId}?kind=optOut`));
    expect(page).toContain('counts from the moment you enter it');
    const half = await enter('optOut', { everything: 'choose', purpose: 'research' });
    expect(half.status).toBe(400);
    expect(half.text).toContain('id="companies-error"');
    const before = site.clock.now();
    const id = idIn(
      await enter('optOut', {
        everything: 'choose',
        purpose: 'research',
        companies: 'all',
        withoutName: 'allow',
        studies: 'all',
      }),
    );
    const no = (await optOutHistory(site.world.db, patientId)).find(({ requestId }) => requestId === id);
    expect(no).toMatchObject({ purposes: ['research'], vendorIds: 'all', coversDeidentified: false });
    expect(no?.effectiveFrom.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect((await rowOf(id)).receivedOn).toEqual(new Date('2026-11-16'));

    const back = await see(`/staff/intake/${patientId}?kind=optOutWithdrawal`);
    expect(back.text).toContain(no?.id);
    expect(idIn(await enter('optOutWithdrawal', { optOut: no?.id ?? '' }))).not.toBe('');
    expect((await enter('optOutWithdrawal', { optOut: no?.id ?? '' })).status).toBe(409);
  });

  it('keeps what was said in whatever script, and gives everything back with what is wrong', async () => {
    const wish = '请删除 – احذف – удалить 🦴';
    const asked = { vendors: 'some', company: 'northlight', wish };
    const future = await enter('recall', { ...asked, receivedOn: '2026-11-23' });
    expect(future.status).toBe(400);
    expect(text(future)).toContain('Choose today or an earlier day.');
    expect(future.text).toContain(wish);
    expect(text(await enter('recall', { ...asked, receivedOn: '1899-12-31' }))).toContain(
      'Choose a day after 1899.',
    );
    for (const receivedOn of ['', '2026-02-30', 'yesterday', '12026-01-01'])
      expect((await enter('recall', { ...asked, receivedOn })).status, receivedOn).toBe(400);
    const tonight = await enter('recall', { ...asked, receivedOn: '2026-11-22', receivedTime: '23:59' });
    expect(tonight.text).toContain('id="receivedTime-error"');
    expect(text(tonight)).toContain('That time has not come yet today.');
    for (const receivedTime of ['25:00', 'noon'])
      expect((await enter('recall', { ...asked, receivedTime })).status, receivedTime).toBe(400);
    expect((await enter('recall', { ...asked, company: 'nobody-of-this-name' })).status).toBe(400);
    expect((await enter('recall', asked, { scan: '<script>alert(1)</script>' })).status).toBe(400);
    expect((await enter('recall', { ...asked, channel: 'portal' })).status).toBe(400);
    expect((await enter('amendment', { wrong: 'x', right: 'y', why: '' })).status).toBe(400);
    expect((await enter('amendment', { wrong: 'x'.repeat(10_001), right: 'y', why: 'z' })).status).toBe(400);

    const id = idIn(await enter('recall', { ...asked, channel: 'phone' }));
    expect(await readStatement(site.world, id)).toEqual({ wish });
    expect(text(await see(`/staff/requests/${id}`))).toContain(wish);
    const dana = await personOf(site.world, 'staff');
    expect(
      await site.world.db.auditEvent.findFirst({
        where: { requestId: id, type: 'request.submitted' },
        select: { actorId: true, after: true },
      }),
    ).toMatchObject({ actorId: dana.id, after: { channel: 'phone', receivedOn: '2026-11-16' } });
  });

  it('of somebody who is not in the register and has no account: a record, their word on the request, and letters to post', async () => {
    const person = {
      givenName: 'Otilia',
      familyName: 'Okafor',
      bornOn: '1949-05-02',
      number: '',
      issuer: '',
    };
    const make = (fields: Record<string, string>) => site.ask('/staff/intake/new', asForm(fields, staff));
    // Ines is called so too; born on another day, she is not alike. A second one of the same day and name is.
    const made = await make(person);
    expect(made.headers.location).toMatch(/^\/staff\/intake\/[0-9a-f-]{36}$/);
    const hers = made.headers.location?.split('/').at(-1) ?? '';
    const twin = await make({ ...person, givenName: 'Otillia' });
    expect(twin.status).toBe(409);
    expect(linksOf(twin.text)).toContain(`/staff/intake/${hers}`);
    expect((await make({ ...person, givenName: 'Otillia', lookedAt: hers })).status).toBe(302);
    const { issuer } = await site.world.db.facility.findFirstOrThrow({ select: { issuer: true } });
    expect(text(await make({ ...person, number: 'RB000417', issuer }))).toContain(
      'Another record has this number',
    );
    // At two desks at once the same number is given away once.
    const atOnce = await Promise.all(
      ['1951-01-01', '1952-02-02'].map((bornOn, n) =>
        make({
          ...person,
          givenName: ['Quill', 'Wren'][n] ?? '',
          familyName: ['Abara', 'Zoric'][n] ?? '',
          bornOn,
          number: 'RB777001',
          issuer,
        }),
      ),
    );
    expect(atOnce.map(({ status }) => status).sort()).toEqual([302, 409]);

    const before = patientId;
    patientId = hers;
    const asks = (kind: string, fields: Record<string, string>) => enter(kind, fields).then(idIn);
    const [list, taken, question] = [
      await asks('accounting', { window: 'sixYears' }),
      await asks('accounting', { window: 'sixYears' }),
      await asks('question', { topic: 'other', question: 'Who has my scan?' }),
    ];
    patientId = before;
    const say = async (id: string, version: number, fields: Record<string, string>) =>
      site.ask(
        `/staff/requests/${id}`,
        asForm(
          {
            intent: 'enterWord',
            version: `${version}`,
            submissionKey: crypto.randomUUID(),
            channel: 'phone',
            saidOn: '2026-11-18',
            ...fields,
          },
          staff,
        ),
      );
    expect((await say(taken, 1, { said: 'withdraw', saidOn: '2026-11-15' })).status).toBe(400);
    expect((await say(taken, 1, { said: 'withdraw' })).headers.location).toContain('done=enterWord');
    const withdrawn = await site.world.db.auditEvent.findFirstOrThrow({
      where: { requestId: taken, type: 'request.withdrawn' },
      select: { after: true, visibleToPatient: true },
    });
    expect(withdrawn).toMatchObject({
      after: { resolution: 'withdrawn', channel: 'phone', receivedOn: '2026-11-18' },
      visibleToPatient: true,
    });

    // Of somebody with an account: they say it there themselves.
    const ofInes = await asks('accounting', { window: 'sixYears' });
    expect(text(await say(ofInes, 1, { said: 'withdraw' }))).toContain('This person has an account');

    const dana = await personOf(site.world, 'staff');
    const second = await enterAs(hers, 'accounting');
    const told = await tellFee(site.world, {
      ...{ requestId: second, actor: dana, amountCents: 1500, currency: 'USD', basis: 'Copying.' },
    });
    expect(told).toEqual({ ok: true });
    // It was told today: nobody answered it before.
    const saidOn = localDateAt(site.world.clock(), 'America/New_York');
    expect((await say(second, 1, { said: 'feeChange', saidOn })).status).toBe(400);
    const early = await say(second, 1, { said: 'feeGoOn' });
    expect([early.status, text(early)]).toEqual([400, expect.stringContaining('was told the cost')]);
    await say(second, 1, { said: 'feeChange', saidOn, saidText: 'Only this year, please.' });
    expect(
      await site.world.db.feeNotice.findUniqueOrThrow({
        where: { requestId: second },
        select: { choice: true },
      }),
    ).toEqual({ choice: 'change' });
    expect(text(await see(`/staff/requests/${second}`))).toContain('Only this year, please.');
    // Of the first list nothing is asked, and its page offers nobody to ask it.
    const first = await see(`/staff/requests/${list}`);
    expect(text(first)).toContain('Nothing may be asked for this one.');
    expect(first.text).not.toContain('value="tellFee"');

    const turn = { requestId: question, actor: dana };
    const letter = { note: 'Nobody but us.', outcome: 'granted' as const, contains: ['answersIt'] };
    await draftAnswer(site.world, { ...turn, expectedVersion: 1 }, letter);
    expect((await see(`/staff/requests/${question}/answer.pdf`)).status).toBe(404);
    await sendAnswer(site.world, { ...turn, expectedVersion: 2 }, { elementsLookedFor: true });
    const paper = await see(`/staff/requests/${question}/answer.pdf`);
    expect([paper.status, paper.text.startsWith('%PDF-')]).toEqual([200, true]);
    const again = await say(question, 3, { said: 'again', channel: 'paper', saidText: 'And my other scan?' });
    const [, next = ''] = /requests\/([0-9a-f-]{36})\?/.exec(again.headers.location ?? '') ?? [];
    expect(next).not.toBe(question);
    expect(
      await site.world.db.privacyRequest.findUniqueOrThrow({
        where: { id: next },
        select: { followsId: true, channel: true, receivedOn: true },
      }),
    ).toEqual({ followsId: question, channel: 'paper', receivedOn: new Date('2026-11-18') });
    // It asks what its reason says; what the first was asked is not "not given".
    expect(text(await see(`/staff/requests/${question}`))).toContain('Your question');
    expect(text(await see(`/staff/requests/${next}`))).not.toContain('Your question');
  });

  it('a receipt says where to complain, and by when a complaint has to be confirmed', async () => {
    const complaint = { about: 'other', happened: 'Nobody answered.' };
    const receipt = async () =>
      text(await see(`/staff/requests/${idIn(await enter('complaint', complaint))}/receipt`));
    expect(await receipt()).toMatch(/Office for Civil Rights.*180 days/);
    const facility = (jurisdiction: string) => site.world.db.facility.updateMany({ data: { jurisdiction } });
    await facility('UK');
    const there = await receipt();
    await facility('US');
    expect(there).toContain('Information Commissioner');
    expect(there).toContain('By law it must be confirmed by December 16, 2026 (DPA 2018 s.164A).');
  });

  it('what is told of it is told by post, and is owed until the letter is posted', async () => {
    const made = await site.ask(
      '/staff/intake/new',
      asForm(
        { givenName: 'Ama', familyName: 'Ferrand', bornOn: '1950-01-02', number: '', issuer: '' },
        staff,
      ),
    );
    const list = await enterAs(made.headers.location?.split('/').at(-1) ?? '', 'accounting');
    const page = () => see(`/staff/requests/${list}`).then((answer) => text(answer));
    const owed = 'Nobody reads this online: post the letter';
    expect(await page()).not.toContain(owed);
    expect((await see(`/staff/requests/${list}/letter.pdf`)).status).toBe(404);

    const actor = await personOf(site.world, 'privacyOfficer');
    const turn = { requestId: list, actor };
    await draftAnswer(site.world, { ...turn, expectedVersion: 1 }, { note: null });
    expect(await page()).not.toContain(owed);
    const extend = {
      name: 'extend',
      reason: 'Two archives have to be searched.',
      expectedVersion: 2,
    } as const;
    expect(await moveRequest(site.world, list, { ...extend, newDueOn: '2027-01-29' }, actor)).toMatchObject({
      ok: true,
    });
    expect(await page()).toContain(owed);
    expect(await page()).toContain('moves only if that is in time');
    // Nothing says that somebody reads it on a page, or has been told.
    expect(await page()).toContain('It goes into the letter that you print and post.');
    expect(await page()).not.toContain('They read it in the portal');
    for (const done of ['acknowledge', 'extend', 'markDuplicate', 'message']) {
      const after = text(await see(`/staff/requests/${list}?done=${done}`));
      expect(after, done).toContain('it is told when its letter is posted');
      expect(after, done).not.toMatch(
        /can see that the request arrived|patient was told|is with the patient/,
      );
    }
    // The letter, not the draft of the list.
    const letter = await textOfPdf((await see(`/staff/requests/${list}/letter.pdf`)).bytes);
    expect(letter).toContain('To Ama Ferrand');
    expect(letter).toContain('Two archives have to be searched.');
    expect(letter).toContain('January 29, 2027');

    const post = (postedOn: string) =>
      site.ask(`/staff/requests/${list}`, asForm({ intent: 'posted', version: '3', postedOn }, staff));
    const today = localDateAt(site.clock.now(), 'America/New_York');
    for (const wrong of ['', '2026-02-30', '2026-11-01', '2027-11-01'])
      expect((await post(wrong)).status).toBe(400);
    expect((await post(today)).headers.location).toContain('done=posted');
    expect((await post(today)).status).toBe(409);
    expect(await page()).toContain('The letter was posted on');
    expect(
      await site.world.db.auditEvent.findFirstOrThrow({
        where: { requestId: list, type: 'request.letterPosted' },
        select: { after: true, visibleToPatient: true },
      }),
    ).toEqual({ after: { postedOn: today, dueOn: '2027-01-29', extends: true }, visibleToPatient: true });

    // What is told after that is owed anew. What a patient reads on a page never is.
    site.clock.advance(minutes(1));
    const written = {
      actor,
      text: 'We found the second archive.',
      documents: [],
      submissionKey: crypto.randomUUID(),
    };
    expect((await writeToPatient(site.world, { requestId: list, waits: null, ...written })).ok).toBe(true);
    expect(await page()).toContain(owed);
    expect(await textOfPdf((await see(`/staff/requests/${list}/letter.pdf`)).bytes)).toContain(
      'the second archive',
    );
    const ofInes = idIn(await enter('question', { topic: 'other', question: 'Who has my scan?' }));
    await writeToPatient(site.world, {
      requestId: ofInes,
      waits: null,
      ...written,
      submissionKey: crypto.randomUUID(),
    });
    expect(text(await see(`/staff/requests/${ofInes}`))).not.toContain(owed);
  });

  it('what was written while an account was shut is not said to have no reader once it is open', async () => {
    const ines = await patientOf(site.world, 'RB000417');
    const account = (disabledAt: Date | null) =>
      site.world.db.user.update({ where: { id: ines.id }, data: { disabledAt }, select: { id: true } });
    const list = await enterAs(ines.patientId, 'accounting');
    await account(site.clock.now());
    const extended = await moveRequest(
      site.world,
      list,
      { name: 'extend', expectedVersion: 1, reason: 'Two archives are away.', newDueOn: '2027-01-29' },
      await personOf(site.world, 'privacyOfficer'),
    );
    expect(extended.ok).toBe(true);
    const page = async () => text(await see(`/staff/requests/${list}`));
    expect(await page()).toContain('Ines Okafor has no account that is open');
    await account(null);
    expect(await page()).toContain('Not told yet: post the letter');
    expect(await page()).toContain('It counts as told only when its letter is posted.');
    expect(await page()).toContain('moves only if that is in time');
    expect(await page()).not.toMatch(/no account that is open|Nobody reads this online/);
  });

  async function enterAs(hers: string, kind: string): Promise<string> {
    const before = patientId;
    patientId = hers;
    const entered = await enter(kind, { window: 'sixYears', receivedOn: '2026-11-17' });
    patientId = before;
    return idIn(entered);
  }
});
