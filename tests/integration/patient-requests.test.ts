import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { draftsKeptForDays, draftOf, sweepDrafts } from '#app/requests/drafts.server.ts';
import { takeFeeBack, tellFee } from '#app/requests/fees.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { kindDefinition, type RequestKind } from '#app/requests/kinds/registry.ts';
import { writeToPatient } from '#app/requests/messages.server.ts';
import { patientFile } from '#app/requests/patient-file.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { wordsFor } from '#app/words/words.ts';
import { answer, askedKinds, filledForm, wholeLetter } from '#tests/support/asked.ts';
import { asMultipart, type SentFile } from '#tests/support/multipart.ts';
import { smallPdf, smallZip } from '#tests/support/small-files.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, minutes, patientOf, personOf } from '#tests/support/world.ts';

const words = wordsFor('en');

let site: Site;
let ines: Person & { patientId: string };
let dana: Person;
let amara: Person;
let cookie: string;
let zoe: string;

beforeAll(async () => {
  site = await startSite();
  [ines, dana, amara] = await Promise.all([
    patientOf(site.world, 'RB000417'),
    personOf(site.world, 'staff'),
    personOf(site.world, 'privacyOfficer'),
  ]);
  cookie = await signIn(site, castMember({ mrn: 'RB000417' }));
  zoe = await signIn(site, castMember({ mrn: 'RB000902' }));
});
afterAll(() => site.stop());

const get = (path: string, who = cookie) => site.ask(path, { headers: { Cookie: who } });
const newKey = () => crypto.randomUUID();

function send(
  kind: RequestKind,
  over: Record<string, string | string[]> = {},
  files: SentFile[] = [],
  who = cookie,
): Promise<Answer> {
  const fields = { ...filledForm(kind), submissionKey: newKey(), ...over };
  return site.ask(`/requests/new/${kind}`, asMultipart(fields, files, who));
}

const counts = async () => ({
  requests: await site.world.db.privacyRequest.count(),
  files: await site.world.db.attachment.count({ where: { draftId: null } }),
  messages: await site.world.db.requestMessage.count(),
});
const idOf = (sent: Answer) => /\/requests\/([0-9a-f-]{36})/.exec(sent.headers.location ?? '')?.[1] ?? '';
const draft = () => draftOf(site.world, { actor: ines, patientId: ines.patientId, kind: 'complaint' });
const file = async (kind: RequestKind) => idOf(await send(kind));

const tooLong = words('errors.tooLong');
/** Every script and direction, signs outside the first plane, and line breaks. */
const everyScript = 'Müller 李小龍 Ирина 😀 עברית مرحبا\n\tdeuxième ligne  \u202bRTL\u202c <b>&amp;';

describe('a form of the six kinds', () => {
  it.each(askedKinds)(
    '%s: shows what it asks and by when, and files it once, as it was typed',
    async (kind) => {
      const page = await get(`/requests/new/${kind}`);
      expect(page.status).toBe(200);
      expect(page.text).toMatch(/If you send it today/);
      const form = kindDefinition(kind).form ?? [];
      for (const { label } of form)
        expect(page.text).toContain(words(label).replaceAll('’', '’').slice(0, 20));
      const typed = Object.fromEntries(
        form.filter(({ input }) => input === 'words').map(({ name }) => [name, everyScript]),
      );
      const files = kindDefinition(kind).takesFiles ? [{ name: 'proof.pdf', bytes: smallPdf }] : [];
      const sent = await send(kind, typed, files);
      expect(sent.status, sent.text.slice(0, 300)).toBe(302);
      const id = idOf(sent);
      const kept = await patientFile(site.world, id, { id: ines.id, sees: true });
      expect(kept.statement).toEqual(typed);
      expect(kept.files.map(({ fileName }) => fileName)).toEqual(files.map(({ name }) => name));
      const receipt = await get(`/requests/${id}?done=sent`);
      expect(receipt.text).toContain(words('patient.done.sent'));
      expect(receipt.text).toContain('PV-');
      expect((await get(`/requests/${id}`, zoe)).status).toBe(404);
    },
  );

  it('sent twice at one moment is one request with one file', async () => {
    const before = await counts();
    const key = newKey();
    const both = await Promise.all(
      [1, 2].map(() => send('amendment', { submissionKey: key }, [{ name: 'a.pdf', bytes: smallPdf }])),
    );
    expect(new Set(both.map(idOf)).size).toBe(1);
    expect(await counts()).toEqual({ ...before, requests: before.requests + 1, files: before.files + 1 });
  });

  it('refuses 1 MB of words, a company that nobody knows and a kind that has no such form', async () => {
    const before = await counts();
    const long = await send('complaint', { happened: 'x'.repeat(1_000_000) });
    expect(long.status).toBe(400);
    expect(long.text).toContain(words('errors.tooLong'));
    expect((await send('complaint', { happened: 'x'.repeat(10_001) })).status).toBe(400);
    expect((await send('recall', { vendors: [newKey()] })).status).toBe(409);
    expect((await send('recall', { vendors: [] })).text).toContain(words('errors.chooseAtLeastOne'));
    for (const kind of ['nothing', '__proto__'])
      expect((await get(`/requests/new/${kind}`)).status, kind).toBe(404);
    expect(await counts()).toEqual(before);
  });

  it.each<[string, SentFile[], RegExp]>([
    ['an exe called PDF', [{ name: 'a.pdf', bytes: Buffer.from('MZ\u0090\u0000 program') }], /PDF, JPEG/],
    ['a zip called PDF', [{ name: 'a.pdf', bytes: smallZip }], /PDF, JPEG/],
    ['26 MB', [{ name: 'a.pdf', bytes: Buffer.concat([smallPdf, Buffer.alloc(26 * 1024 * 1024)]) }], /25 MB/],
  ])('refuses %s with words, and keeps what was typed', async (_what, files, told) => {
    const before = await counts();
    const sent = await send('amendment', { wrong: 'Left knee.' }, files);
    expect(sent.status).toBe(400);
    expect(sent.text).toMatch(told);
    expect(sent.text).toContain('Left knee.');
    expect(await counts()).toEqual(before);
  });

  it('of more than the wall takes is told so in words', async () => {
    const sent = await send('amendment', {}, [{ name: 'a.pdf', bytes: Buffer.alloc(29 * 1024 * 1024) }]);
    expect(sent.status).toBe(413);
    expect(sent.text).toContain('choose fewer or smaller');
  });
});

describe('a draft', () => {
  it('is kept with its files, found by its owner alone, sent with them, and gone', async () => {
    const files = [{ name: 'letter.pdf', bytes: smallPdf }];
    const kept = await send('complaint', { intent: 'keep', about: '', happened: everyScript }, files);
    expect(kept.headers.location).toBe('/requests/new/complaint?done=kept');
    // The same file again, with what was typed since.
    await send('complaint', { intent: 'keep', happened: 'And more.' }, files);
    expect(await draft()).toMatchObject({
      fields: { happened: ['And more.'] },
      files: [{ fileName: 'letter.pdf' }],
    });
    const page = await get('/requests/new/complaint');
    expect(page.text).toContain('And more.');
    expect(page.text).toContain('letter.pdf');
    expect((await get('/requests')).text).toContain('Go on: A complaint');
    const strangers = await get('/requests/new/complaint', zoe);
    expect(strangers.text).not.toContain('And more.');
    expect((await get('/requests', zoe)).text).not.toContain('Go on:');
    // Another patient's form drops and sends nothing of it.
    await send('complaint', { intent: 'drop' }, [], zoe);
    expect(await draft()).not.toBeNull();

    const id = idOf(await send('complaint'));
    const { files: sentFiles } = await patientFile(site.world, id, { id: ines.id, sees: true });
    expect(sentFiles.map(({ fileName }) => fileName)).toEqual(['letter.pdf']);
    expect(await draft()).toBeNull();
  });

  it('is kept while typing, and not once it was sent', async () => {
    const typing = (fields: Record<string, string>, who = cookie) =>
      site.ask('/requests/new/complaint/draft', asMultipart(fields, [], who));
    const submissionKey = newKey();
    const fields = { submissionKey, intent: 'keep', happened: 'While I type' };
    expect((await typing(fields)).status).toBe(204);
    expect((await draft())?.fields).toEqual({ happened: ['While I type'] });
    await send('complaint', { submissionKey });
    expect((await typing(fields)).status).toBe(204);
    expect(await draft()).toBeNull();
    expect((await typing({ intent: 'keep' })).status).toBe(400);
  });

  it('is kept of the official list, of a message and of a second look too, and goes when it is sent', async () => {
    const type = (path: string, fields: Record<string, string>) =>
      site.ask(path, asMultipart({ intent: 'keep', ...fields }, [], cookie));
    const list = await type('/requests/new/accounting/draft', {
      submissionKey: newKey(),
      window: 'fromDate',
      from: '2024-02-03',
    });
    expect(list.status).toBe(204);
    expect((await get('/requests/new/accounting')).text).toContain('value="2024-02-03"');
    const listed = await site.ask(
      '/requests/new/accounting',
      asForm({ window: 'sixYears', submissionKey: newKey() }, cookie),
    );
    // Taken back, so that the first list of these 12 months is still to come.
    const back = { name: 'withdraw', expectedVersion: 1 } as const;
    expect(await moveRequest(site.world, idOf(listed), back, ines)).toMatchObject({ ok: true });
    expect((await get('/requests/new/accounting')).text).not.toContain('2024-02-03');

    const id = await file('complaint');
    const key = newKey();
    const draftOfIt = `/requests/${id}/draft?of=message`;
    const half = { move: 'message', text: 'Half a thought', submissionKey: key };
    expect((await type(draftOfIt, half)).status).toBe(204);
    expect((await get(`/requests/${id}`)).text).toContain('Half a thought');
    // Nobody else's, and no other place.
    expect((await site.ask(draftOfIt, asMultipart({ intent: 'keep', ...half }, [], zoe))).status).toBe(404);
    expect((await type(`/requests/${id}/draft?of=answer`, half)).status).toBe(400);
    expect((await get('/requests')).text).not.toContain('Half a thought');
    // 1 MB is refused in words that say why, and what was kept is there still.
    const before = await counts();
    const long = await site.ask(
      `/requests/${id}`,
      asMultipart({ ...half, text: 'x'.repeat(1_000_000) }, [], cookie),
    );
    expect(long.status).toBe(400);
    expect(long.text).toContain(tooLong);
    expect(await counts()).toEqual(before);
    expect((await get(`/requests/${id}`)).text).toContain('Half a thought');
    await site.ask(`/requests/${id}`, asMultipart({ ...half, text: 'A whole one' }, [], cookie));
    const page = (await get(`/requests/${id}`)).text;
    expect([page.includes('A whole one'), page.includes('Half a thought')]).toEqual([true, false]);
    expect((await type(draftOfIt, half)).status).toBe(204);
    expect((await get(`/requests/${id}`)).text).not.toContain('Half a thought');

    const letter = wholeLetter('complaint', 'granted', 'We looked.');
    await answer(site.world, id, { letter, drafter: dana, sender: amara });
    await type(`/requests/${id}/draft?of=again`, { reason: 'There is more', submissionKey: newKey() });
    expect((await get(`/requests/${id}/again`)).text).toContain('There is more');
    await site.ask(
      `/requests/${id}/again`,
      asMultipart({ reason: 'There is more.', submissionKey: newKey() }, [], cookie),
    );
    expect(await site.world.db.requestDraft.count({ where: { userId: ines.id, kind: 'complaint' } })).toBe(0);
  });

  it('keeps the files of a form that had a mistake, leaves out what was ticked, and goes after 30 days', async () => {
    const wrong = await send('complaint', { happened: '' }, [{ name: 'kept.pdf', bytes: smallPdf }]);
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('kept.pdf');
    const [one] = (await draft())?.files ?? [];
    await send('complaint', { intent: 'keep', without: [one?.id ?? ''] });
    expect((await draft())?.files).toEqual([]);
    const { db } = site.world;
    const day = 24 * 60 * 60_000;
    const now = site.clock.now().getTime();
    expect(await sweepDrafts(db, new Date(now + (draftsKeptForDays - 1) * day))).toBe(0);
    expect(await sweepDrafts(db, new Date(now + draftsKeptForDays * day))).toBe(1);
    expect(await draft()).toBeNull();
  });
});

describe('the page of a request', () => {
  it('puts the question that the facility waits for first, and takes the answer once, with its files', async () => {
    const id = await file('access');
    const waits = { expectedVersion: 1 };
    const asked = {
      requestId: id,
      actor: dana,
      text: 'Which CT?',
      documents: [],
      submissionKey: newKey(),
      waits,
    };
    expect(await writeToPatient(site.world, asked)).toMatchObject({ ok: true });
    site.clock.advance(60_000);
    const page = await get(`/requests/${id}`);
    expect(page.text).toContain(words('asking.message.waits'));
    expect(page.text).not.toContain(words('patient.home.nothing'));
    expect((await get('/home')).text).toContain(words('asking.message.waits'));
    const fields = { move: 'message', text: 'The one of March.', submissionKey: newKey() };
    const reply = () =>
      site.ask(`/requests/${id}`, asMultipart(fields, [{ name: 'ct.pdf', bytes: smallPdf }], cookie));
    const both = await Promise.all([reply(), reply()]);
    expect(both.map(({ status }) => status)).toEqual([302, 302]);
    const kept = await patientFile(site.world, id, { id: ines.id, sees: true });
    expect(kept.messages.map(({ text }) => text)).toEqual(['Which CT?', 'The one of March.']);
    expect(kept.files).toHaveLength(1);
    expect((await get(`/requests/${id}`)).text).not.toContain(words('asking.message.waits'));

    const download = await get(`/requests/${id}/files/${kept.files[0]?.id}`);
    expect(download.bytes.equals(smallPdf)).toBe(true);
    expect(download.headers['content-disposition']).toMatch(/^attachment; filename="ct\.pdf"/);
    expect(download.headers['x-content-type-options']).toBe('nosniff');
    expect(download.headers['content-security-policy']).toContain('sandbox');
    expect((await get(`/requests/${id}/files/${kept.files[0]?.id}`, zoe)).status).toBe(404);
  });

  it('refuses a reply to an answered request in words, and shows the letter with what can be done', async () => {
    const id = await file('amendment');
    const letter = wholeLetter('amendment', 'denied', 'The report is right as it is.');
    await answer(site.world, id, { letter, drafter: dana, sender: amara });
    const page = await get(`/requests/${id}`);
    for (const told of [
      'The report is right as it is.',
      '164.526(a)(2)(i)',
      '164.526(d)(1)(iii)',
      'Office for Civil Rights',
    ])
      expect(page.text).toContain(told);
    const before = await counts();
    const fields = { move: 'message', text: 'Too late?', submissionKey: newKey() };
    const late = await site.ask(`/requests/${id}`, asMultipart(fields, [], cookie));
    expect(late.status).toBe(409);
    // Whoever was too late is told what happened, and keeps what they wrote.
    expect(late.text).toContain(words('asking.changed.heading'));
    expect(late.text).toContain('Too late?');
    expect(late.text).toContain(words('errors.requestEnded'));
    expect(await counts()).toEqual(before);
    const open = await file('complaint');
    await moveRequest(site.world, open, { name: 'acknowledge', expectedVersion: 1 }, dana);
    const withdrawal = await site.ask(
      `/requests/${open}`,
      asForm({ move: 'withdraw', version: '1' }, cookie),
    );
    expect(withdrawal.status).toBe(409);
    const told = withdrawal.text.split(words('asking.changed.heading'))[1] ?? '';
    expect(told.split('</ul>')[0]).toContain(words('requests.event.acknowledged'));
    // What the facility writes all the same is answered elsewhere, and the page says where.
    await writeToPatient(site.world, {
      requestId: id,
      actor: dana,
      text: 'We forgot to say this.',
      documents: [],
      submissionKey: newKey(),
      waits: null,
    });
    const disagree = { move: 'disagree', text: 'It was my right knee.', submissionKey: newKey() };
    const stated = await site.ask(`/requests/${id}`, asMultipart(disagree, [], cookie));
    expect(stated.headers.location).toBe(`/requests/${id}?done=disagreed`);
    const over = (await get(`/requests/${id}`)).text;
    for (const told of ['We forgot to say this.', words('asking.message.endedAgain'), disagree.text])
      expect(over).toContain(told);

    const again = () =>
      site.ask(
        `/requests/${id}/again`,
        asMultipart({ reason: 'It is not.', submissionKey: newKey() }, [], cookie),
      );
    const appeal = await again();
    expect(appeal.status).toBe(302);
    expect((await again()).status).toBe(409);
    const row = await site.world.db.privacyRequest.findUniqueOrThrow({ where: { id: idOf(appeal) } });
    expect(row).toMatchObject({ followsId: id, followsAs: 'appeal', ruleId: 'promise.appeal' });
    expect((await get(`/requests/${idOf(appeal)}`)).text).toContain('It is not.');
    expect((await get(`/requests/${id}/again`, zoe)).status).toBe(404);

    // Staff read that it is an appeal, of what and why.
    const staff = await signIn(site, castMember('staff'));
    const desk = (await get(`/staff/requests/${idOf(appeal)}`, staff)).text;
    for (const told of [words('desk.appeal.heading'), `/staff/requests/${id}"`, 'It is not.'])
      expect(desk).toContain(told);
    // Taken back, it can be filed again, as was promised.
    const way = `"/requests/${id}/again"`;
    expect((await get(`/requests/${id}`)).text).not.toContain(way);
    const back = asForm({ move: 'withdraw', version: '1' }, cookie);
    expect((await site.ask(`/requests/${idOf(appeal)}`, back)).status).toBe(302);
    const after = (await get(`/requests/${id}`)).text;
    for (const told of [way, words('asking.again.takenBack')]) expect(after).toContain(told);
    expect((await again()).status).toBe(302);
  });

  it('of a kind that has pages of its own is begun there', async () => {
    for (const [kind, page] of [
      ['optOut', '/opt-outs/new'],
      ['optOutWithdrawal', '/opt-outs'],
    ]) {
      const answer = await get(`/requests/new/${kind}`);
      expect([answer.status, answer.headers.location]).toEqual([302, page]);
    }
    expect((await get('/requests/new/nothing')).status).toBe(404);
  });

  it('leaves whole as PDF and as JSON, for its patient alone, and that is an event', async () => {
    const id = await file('restriction');
    for (const name of ['file.pdf', 'receipt.pdf', 'file.json'])
      expect((await get(`/requests/${id}/${name}`, zoe)).status, name).toBe(404);
    expect((await get(`/requests/${id}/receipt.pdf`)).bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect((await get(`/requests/${id}/file.pdf`)).bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const json = await get(`/requests/${id}/file.json`);
    expect(json.headers['content-disposition']).toMatch(/^attachment/);
    expect(json.json()).toMatchObject({
      request: { id, kind: 'restriction' },
      asked: { details: { about: 'healthPlan' }, statement: { limit: 'My words about limit.' } },
      clock: { rule: 'promise.restriction' },
    });
    const events = await site.world.db.auditEvent.findMany({
      where: { requestId: id, type: 'request.downloaded' },
      select: { visibleToPatient: true },
    });
    expect(events).toEqual([{ visibleToPatient: true }, { visibleToPatient: true }]);
  });
});

describe('what an answer would cost', () => {
  const told = async (kind: RequestKind) => {
    const id = await file(kind);
    const fee = {
      requestId: id,
      actor: dana,
      amountCents: 1_250,
      currency: 'USD',
      basis: 'A disc and postage.',
    };
    return { id, fee, done: await tellFee(site.world, fee) };
  };
  /** When the cost was told that the page shows. */
  const toldAtOf = async (id: string) =>
    /name="toldAt" value="([^"]+)"/.exec((await get(`/requests/${id}`)).text)?.[1] ?? '2026-11-22T12:00:00Z';
  const choose = async (id: string, choice: string, change = '', toldAt?: string) => {
    const fields = { move: 'fee', choice, change, submissionKey: newKey() };
    return site.ask(`/requests/${id}`, asForm({ ...fields, toldAt: toldAt ?? (await toldAtOf(id)) }, cookie));
  };

  it('is told once, and chosen once: to stop takes the request back', async () => {
    const { id, fee, done } = await told('access');
    expect(done).toEqual({ ok: true });
    expect(await tellFee(site.world, fee)).toEqual({ ok: false, refusal: 'toldAlready' });
    const page = await get(`/requests/${id}`);
    expect(page.text).toContain('$12.50');
    expect(page.text).toContain('A disc and postage.');
    expect(page.text).toContain('We go on as soon as you choose. You pay nothing before that.');
    expect((await get('/home')).text).toContain('We told you what it costs and wait for your choice.');
    expect((await choose(id, 'later')).status).toBe(400);
    const both = await Promise.all([choose(id, 'stop'), choose(id, 'goOn')]);
    expect(both.map(({ status }) => status).sort()).toEqual([302, 409]);
    const row = await site.world.db.privacyRequest.findUniqueOrThrow({
      where: { id },
      select: { status: true, feeNotice: { select: { choice: true } } },
    });
    expect(row.status).toBe(row.feeNotice?.choice === 'stop' ? 'closed' : 'submitted');
    const events = await site.world.db.auditEvent.findMany({
      where: { requestId: id },
      select: { type: true },
    });
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => type === 'request.feeChosen')).toHaveLength(1);
    expect(types).toContain('request.feeTold');
  });

  it('keeps the answer back until it is answered or taken back, which charges nothing', async () => {
    const { id, fee } = await told('access');
    const turn = async (actor: typeof dana) => ({
      requestId: id,
      actor,
      expectedVersion: (
        await site.world.db.privacyRequest.findUniqueOrThrow({ where: { id }, select: { version: true } })
      ).version,
    });
    const drafted = await draftAnswer(site.world, await turn(dana), wholeLetter('access', 'granted'));
    expect(drafted).toEqual({ ok: true });
    const send = async () => sendAnswer(site.world, await turn(amara), { elementsLookedFor: true });
    expect(await send()).toEqual({ ok: false, refusal: 'feeUnanswered' });
    expect(await takeFeeBack(site.world, { requestId: id, actor: ines })).toMatchObject({
      refusal: 'notYours',
    });
    expect(await takeFeeBack(site.world, { requestId: id, actor: dana })).toEqual({ ok: true });
    expect(await takeFeeBack(site.world, { requestId: id, actor: dana })).toMatchObject({ ok: false });
    expect((await choose(id, 'goOn')).status).toBe(409);
    expect(await tellFee(site.world, fee)).toEqual({ ok: false, refusal: 'toldAlready' });
    const free = (await get(`/requests/${id}`)).text;
    expect(free).toContain('You pay nothing.');
    expect(free).not.toContain('as soon as you choose');
    expect(await send()).toEqual({ ok: true });
  });

  it('to change it needs words, which go as a message', async () => {
    const { id, fee: first } = await told('access');
    expect((await choose(id, 'change')).status).toBe(400);
    expect((await choose(id, 'change', 'Only the report, by download.')).status).toBe(302);
    const { messages, fee } = await patientFile(site.world, id, { id: ines.id, sees: true });
    expect(messages.map(({ text }) => text)).toEqual(['Only the report, by download.']);
    expect(fee?.choice).toBe('change');
    // Another cost is told, and waits for an answer of its own.
    site.clock.advance(60_000);
    expect(await tellFee(site.world, { ...first, amountCents: 300 })).toEqual({ ok: true });
    expect(await choose(id, 'goOn')).toMatchObject({ status: 302 });
  });

  it('is answered as it was shown: an old page says yes to no cost that was told since', async () => {
    const { id, fee: first } = await told('access');
    const old = await toldAtOf(id);
    expect((await choose(id, 'change', 'Only the report.')).status).toBe(302);
    site.clock.advance(60_000);
    expect(await tellFee(site.world, { ...first, amountCents: 9_900 })).toEqual({ ok: true });
    const late = await choose(id, 'goOn', '', old);
    expect(late.status).toBe(409);
    expect(late.text).toContain('The cost has changed since you opened this page. Nothing was chosen.');
    expect(late.text).toContain('$99.00');
    expect((await choose(id, 'goOn', '', 'nonsense')).status).toBe(400);
    expect((await patientFile(site.world, id, { id: ines.id, sees: true })).fee?.choice).toBeNull();
    expect((await choose(id, 'goOn')).status).toBe(302);
  });

  it('is nothing for the first list in 12 months, nor for other kinds', async () => {
    const list = async () => {
      // Of two of one instant either may be the first.
      site.clock.advance(minutes(1));
      const filed = await submitRequest(site.world, {
        actor: ines,
        kind: 'accounting',
        locale: 'en',
        submissionKey: newKey(),
        details: { from: '2020-11-22', to: '2026-11-22' },
      });
      if (!filed.ok) throw new Error(filed.refusal);
      const fee = { actor: dana, amountCents: 500, currency: 'USD', basis: 'Printing.' };
      return tellFee(site.world, { requestId: filed.requestId, ...fee });
    };
    expect(await list()).toEqual({ ok: false, refusal: 'stillFree' });
    expect(await list()).toEqual({ ok: true });
    expect((await told('question')).done).toEqual({ ok: false, refusal: 'noFee' });
    const { fee } = await told('access');
    expect(await tellFee(site.world, { ...fee, actor: ines })).toEqual({ ok: false, refusal: 'notYours' });
  });
});
