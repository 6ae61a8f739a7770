import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { changeFacility, facilitySettings, type FacilitySettings } from '#app/facility/facility.server.ts';
import { draftAnswer, refuseUnproved, sendAnswer } from '#app/requests/answer.server.ts';
import { attachmentsOf } from '#app/requests/attachments.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { openMoves } from '#app/requests/decide.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { disagreementsOf, stateDisagreement, writeAsPatient } from '#app/requests/messages.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { reportOf } from '#app/requests/reports.server.ts';
import { moveRequest, requestState, type AskedMove } from '#app/requests/requests.server.ts';
import { addFile, takeFileBack } from '#app/requests/staff-files.server.ts';
import type { PatientVisit } from '#app/web/guard.server.ts';
import { requestJson } from '#app/web/request-json.server.ts';
import { followsView } from '#app/routes/staff+/_parts/follows-view.server.ts';
import { pageOfRequest } from '#app/web/request-page.server.ts';
import { filePdf } from '#app/web/request-papers.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { textOfPdf } from '#tests/support/pdf-text.ts';
import { answer, wholeLetter } from '#tests/support/asked.ts';
import { anotherOfficer } from '#tests/support/colleague-codes.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { freshWorld, minutes, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let zoe: Person & { patientId: string };
let dana: Person;
let amara: Person;
let other: Person;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  [ines, zoe, dana, amara] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    patientOf(fresh.world, 'RB000902'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
  other = await anotherOfficer(fresh.world);
});
afterAll(() => fresh.drop());

const asked = {
  access: { details: { part: 'both', delivery: 'file' } },
  amendment: { details: {}, statement: { wrong: 'Left', right: 'Right', why: 'I know' } },
  accounting: { details: { from: '2021-01-01', to: '2026-11-22' } },
  question: { details: { topic: 'other' } },
} as const;

async function file(
  kind: keyof typeof asked,
  actor: Person = ines,
  follows?: { id: string; as: 'appeal' },
): Promise<string> {
  fresh.clock.advance(minutes(1));
  const filed = await submitRequest(fresh.world, {
    actor,
    kind,
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    ...(asked[kind] as { details: never }),
    ...(follows ? { follows } : {}),
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed.requestId;
}

const row = (id: string) =>
  fresh.world.db.privacyRequest.findUniqueOrThrow({
    where: { id },
    select: { version: true, status: true, resolution: true, reference: true, dueOn: true, receivedAt: true },
  });
const turn = async (id: string, actor: Person) => ({
  requestId: id,
  actor,
  expectedVersion: (await row(id)).version,
});
const move = async (id: string, actor: Person, made: Omit<AskedMove, 'expectedVersion'>) =>
  moveRequest(fresh.world, id, { ...made, expectedVersion: (await row(id)).version }, actor);
const send = async (id: string, actor: Person) =>
  sendAnswer(fresh.world, await turn(id, actor), { elementsLookedFor: true });

const visit = (locale: Locale): PatientVisit => ({
  world: fresh.world,
  person: ines,
  patientId: ines.patientId,
  locale,
  now: fresh.clock.now(),
  session: {} as PatientVisit['session'],
});
/** Everything that the patient can have of a request: its page, its paper and its file. */
async function asRead(id: string, locale: Locale = 'en') {
  const request = await findRequest(fresh.world.db, id, ines.patientId);
  if (!request) throw new Error('it is hers');
  const page = await pageOfRequest(visit(locale), { request, sees: true });
  const json = await requestJson(visit(locale), request);
  const paper = await textOfPdf(await filePdf(page, { locale, now: fresh.clock.now() }));
  return { page, json: JSON.parse(JSON.stringify(json)) as typeof json, paper };
}

async function setFacility(change: Partial<FacilitySettings>): Promise<void> {
  const before = await facilitySettings(fresh.world.db);
  if (!before) throw new Error('the seed has a facility');
  await fresh.world.db.$transaction((tx) =>
    changeFacility(tx, { settings: { ...before, ...change }, actor: amara, at: fresh.clock.now() }),
  );
}

describe('a letter that was sent', () => {
  it('says what it said, whatever is set and in whatever language it is read since', async () => {
    const id = await file('access');
    const day = (await row(id)).dueOn.toISOString().slice(0, 10);
    const newDueOn = new Date(Date.parse(day) + 20 * 24 * 60 * 60_000).toISOString().slice(0, 10);
    expect(await move(id, amara, { name: 'extend', reason: 'The film is away.', newDueOn })).toMatchObject({
      ok: true,
    });
    await answer(fresh.world, id, { letter: wholeLetter('access', 'denied'), drafter: dana, sender: amara });
    const old = await file('access');
    await answer(fresh.world, old, { letter: wholeLetter('access', 'denied'), drafter: dana, sender: amara });
    await connected(fresh.databaseUrl, async (client) => {
      await expect(client.query('delete from sent_letter')).rejects.toThrow(/append-only/);
      // As one from before letters were kept.
      await client.query('alter table sent_letter disable trigger user');
      await client.query('delete from sent_letter where request_id = $1', [old]);
      await client.query('alter table sent_letter enable trigger user');
    });

    const before = await asRead(id);
    const { letter } = before.page.answer ?? {};
    if (!letter) throw new Error('it has a letter');
    expect(letter).toMatchObject({ lang: 'en', ground: { citation: '45 CFR 164.524(a)(1)(i)' } });
    await setFacility({ jurisdiction: 'EU', phone: '+1 555 0199', address: 'Elsewhere 1', name: 'New Name' });
    const after = await asRead(id, 'es');
    expect(after.page.answer?.letter).toEqual(letter);
    expect(after.page.extension).toEqual(before.page.extension);
    expect(after.json.answer?.letter).toEqual(before.json.answer?.letter);
    for (const sentence of [...letter.statements, letter.outcome, before.page.extension?.dates ?? 'missing'])
      expect(after.paper).toContain(sentence);
    expect(after.paper).not.toContain('Art. 77');
    // One of before letters were kept is put together anew: by the law that it was answered by.
    const anew = (await asRead(old)).page.answer?.letter?.statements.join(' ');
    expect(anew).toContain('New Name');
    expect(anew).toContain('Office for Civil Rights');
    expect(anew).not.toContain('Art. 77');
    const kept = await fresh.world.db.sentLetter.findMany({ where: { requestId: id } });
    expect(JSON.stringify(kept)).not.toContain('Office for Civil Rights');
    await setFacility({ jurisdiction: 'US' });
  });

  it('denies a part under every rule of a denial, and is counted among them', async () => {
    const id = await file('access');
    const contains = (kindDefinition('access').mustContain.grantedInPart ?? []).map(({ id: one }) => one);
    const part = { outcome: 'grantedInPart' as const, note: 'Not the notes.', contains };
    await draftAnswer(fresh.world, await turn(id, dana), part);
    expect(await send(id, amara)).toEqual({ ok: false, refusal: 'groundMissing' });
    await draftAnswer(fresh.world, await turn(id, amara), { ...part, ground: 'endangersLife' });
    expect(await send(id, dana)).toEqual({ ok: false, refusal: 'officerOnly' });
    expect(await send(id, amara)).toEqual({ ok: false, refusal: 'secondLookNeeded' });
    await draftAnswer(fresh.world, await turn(id, dana), { ...part, note: ' ', ground: 'endangersLife' });
    expect(await send(id, amara)).toEqual({ ok: false, refusal: 'textMissing' });
    await draftAnswer(fresh.world, await turn(id, dana), { ...part, ground: 'endangersLife' });
    expect(await send(id, amara)).toEqual({ ok: true });
    const { page } = await asRead(id);
    expect(page.answer?.letter?.statements[0]).toMatch(/right to a second look/);
    const report = await reportOf(fresh.world.db, {
      from: '2026-11-01',
      to: '2026-12-31',
      timeZone: 'America/New_York',
      now: new Date('2026-12-31T17:00:00Z'),
    });
    expect(report.denials).toContainEqual({ kind: 'access', ground: 'endangersLife', count: 1 });

    // An appeal is for somebody who had no part in it.
    const appeal = await file('access', ines, { id, as: 'appeal' });
    for (const had of [dana, amara])
      expect(await draftAnswer(fresh.world, await turn(appeal, had), part)).toEqual({
        ok: false,
        refusal: 'tookPart',
      });
    expect(
      await draftAnswer(fresh.world, await turn(appeal, other), wholeLetter('access', 'granted')),
    ).toEqual({
      ok: true,
    });
    // Staff read that it is one, of what, and who may decide it where they may not.
    const shown = async (person: Person) => {
      const state = await requestState(fresh.world, appeal, fresh.clock.now());
      if (!state) throw new Error('it is there');
      return followsView(fresh.world, { id: appeal, state, person });
    };
    const first = { as: 'appeal', id, reference: (await row(id)).reference, reason: '' };
    expect(await shown(dana)).toEqual({ ...first, others: [other.name] });
    expect(await shown(other)).toEqual({ ...first, others: null });
    expect(await send(appeal, amara)).toEqual({ ok: false, refusal: 'tookPart' });
    expect(await send(appeal, other)).toEqual({ ok: true });
  });

  it('is looked at again by nobody who decided any answer before it', async () => {
    const [third, fourth] = [
      await anotherOfficer(fresh.world, 'Third Officer'),
      await anotherOfficer(fresh.world, 'Fourth Officer'),
    ];
    const no = wholeLetter('access', 'denied');
    const first = await file('access');
    await answer(fresh.world, first, { letter: no, drafter: dana, sender: amara });
    const second = await file('access', ines, { id: first, as: 'appeal' });
    await answer(fresh.world, second, { letter: no, drafter: other, sender: third });
    const last = await file('access', ines, { id: second, as: 'appeal' });
    for (const had of [dana, amara, other, third]) {
      expect(await draftAnswer(fresh.world, await turn(last, had), no)).toEqual({
        ok: false,
        refusal: 'tookPart',
      });
      const state = await requestState(fresh.world, last, fresh.clock.now());
      expect(openMoves(state!, had)).not.toContain('draftAnswer');
    }
    expect(await draftAnswer(fresh.world, await turn(last, fourth), no)).toEqual({ ok: true });
    expect(await send(last, dana)).toEqual({ ok: false, refusal: 'tookPart' });
    expect(await send(last, await anotherOfficer(fresh.world, 'Fifth Officer'))).toEqual({ ok: true });
  });
});

describe('a file that is to go out', () => {
  const document = (fileName: string) => ({
    fileName,
    mediaType: 'application/pdf',
    bytes: new TextEncoder().encode(`%PDF-1.4 ${fileName}`),
  });
  const put = async (id: string, actor: Person, name: string) => {
    const use = 'forRelease' as const;
    expect(await addFile(fresh.world, { requestId: id, actor, use, document: document(name) })).toEqual({
      ok: true,
    });
    const files = await attachmentsOf(fresh.world.db, id, 'staff');
    return files.find(({ fileName }) => fileName === name)?.id ?? '';
  };

  it('has room whatever the patient sent, who may send a hundred files in all', async () => {
    const id = await file('amendment');
    const { id: patient } = ines;
    const row = { requestId: id, use: 'fromPatient' as const, mediaType: 'application/pdf', byteCount: 1 };
    await fresh.world.db.attachment.createMany({
      data: Array.from({ length: 99 }, (_, n) => ({
        ...row,
        ...{ fileName: `${n}.pdf`, sha256: '0'.repeat(64), bytesSealed: 'sealed' },
        ...{ addedById: patient, addedAt: fresh.clock.now() },
      })),
    });
    await put(id, dana, 'hers.pdf');
    const write = (...names: string[]) =>
      writeAsPatient(fresh.world, {
        ...{ requestId: id, actor: ines, text: 'Here.', submissionKey: crypto.randomUUID() },
        documents: names.map(document),
      });
    expect(await write('a.pdf', 'b.pdf')).toEqual({ ok: false, refusal: 'noRoomForFiles' });
    expect((await write('a.pdf')).ok).toBe(true);
    expect((await write('b.pdf')).ok).toBe(false);
    expect((await write()).ok).toBe(true);
  });

  it('changes what was looked at, and can be taken out again until it went', async () => {
    const id = await file('amendment');
    await draftAnswer(fresh.world, await turn(id, dana), wholeLetter('amendment', 'denied'));
    const looked = await turn(id, amara);
    const fileId = await put(id, amara, 'another-patient.pdf');
    // What was looked at is not what would go, and whoever put it in has not looked.
    expect(await sendAnswer(fresh.world, looked, { elementsLookedFor: true })).toMatchObject({
      refusal: 'changedMeanwhile',
    });
    expect(await send(id, amara)).toEqual({ ok: false, refusal: 'secondLookNeeded' });
    const back = { requestId: id, fileId, actor: other };
    expect(await takeFileBack(fresh.world, { ...back, actor: ines })).toMatchObject({ refusal: 'notYours' });
    expect(await takeFileBack(fresh.world, back)).toEqual({ ok: true });
    expect(await takeFileBack(fresh.world, back)).toEqual({ ok: true });
    expect(await send(id, other)).toEqual({ ok: false, refusal: 'secondLookNeeded' });
    const taken = (await eventsOfRequest(fresh.world.db, id)).filter(
      ({ type }) => type === 'request.fileTakenBack',
    );
    expect(taken.map(({ before, visibleToPatient }) => [before, visibleToPatient])).toEqual([
      [{ use: 'forRelease' }, false],
    ]);

    const right = await put(id, dana, 'hers.pdf');
    // Kept anew, the draft is looked at with its files.
    await draftAnswer(fresh.world, await turn(id, dana), wholeLetter('amendment', 'denied'));
    expect(await send(id, amara)).toEqual({ ok: true });
    const { page, paper } = await asRead(id);
    expect(page.answer?.files.map(({ name }) => name)).toEqual(['hers.pdf']);
    expect(paper).not.toContain('another-patient');
    expect(await takeFileBack(fresh.world, { ...back, fileId: right })).toEqual({
      ok: false,
      refusal: 'notFromThisStatus',
    });
  });
});

describe('a request that is the same as another', () => {
  it('says which, of a list too, owes a notice, is counted, and goes on under its own clock when it is not', async () => {
    const first = await file('accounting');
    const hers = await file('accounting', zoe);
    const id = await file('accounting');
    const close = async (twin: string) =>
      move(id, dana, {
        name: 'markDuplicate',
        reason: 'Sent twice',
        twinReference: (await row(twin)).reference,
      });
    for (const wrong of [hers, id, await file('access')])
      expect(await close(wrong)).toEqual({ ok: false, refusal: 'twinMissing' });
    expect(await close(await file('accounting'))).toEqual({ ok: false, refusal: 'twinNotFirst' });
    const due = (await row(id)).dueOn;
    expect(await close(first)).toMatchObject({ ok: true, status: 'closed' });

    const { page, paper, json } = await asRead(id);
    expect(page.status).toMatch(/the same as another request of yours/);
    expect(page.due).toBeNull();
    expect(page.duplicateOf?.id).toBe(first);
    expect(json.duplicateOf?.id).toBe(first);
    expect(paper).toContain((await row(first)).reference);
    const notices = await fresh.world.db.notice.findMany({
      where: { requestId: id },
      select: { kind: true },
    });
    expect(notices.map(({ kind }) => kind)).toContain('requestIsDuplicate');
    const counted = async () => {
      const span = {
        from: '2026-11-01',
        to: '2026-12-31',
        timeZone: 'America/New_York',
        now: new Date('2026-12-31T17:00:00Z'),
      };
      const { lines } = await reportOf(fresh.world.db, span);
      return lines.find(({ kind }) => kind === 'accounting')?.duplicates;
    };
    expect(await counted()).toBe(1);

    expect(page.canReopen).toBe(true);
    expect(await move(id, zoe, { name: 'notADuplicate' })).toEqual({ ok: false, refusal: 'notYours' });
    expect(await move(id, ines, { name: 'notADuplicate' })).toMatchObject({ ok: true, status: 'submitted' });
    expect(await row(id)).toMatchObject({ resolution: null, dueOn: due });
    expect((await asRead(id)).page).toMatchObject({ duplicateOf: null, open: true });
    expect(await counted()).toBe(0);
    expect(await move(id, ines, { name: 'notADuplicate' })).toMatchObject({ refusal: 'notFromThisStatus' });
  });
});

describe('somebody who does not show who they are', () => {
  it('is waited for in words, and then refused with the law and the way on, by the officer', async () => {
    const id = await file('accounting');
    expect(await move(id, dana, { name: 'askIdentity' })).toMatchObject({ ok: true });
    const waiting = await asRead(id);
    expect(waiting.page.waits).toBe(true);
    expect(waiting.page.next).toMatch(/as soon as you answer/);
    const note = 'We asked for a paper with your name twice.';
    const refuse = async (actor: Person, words = note) =>
      refuseUnproved(fresh.world, await turn(id, actor), { note: words });
    expect(await refuse(dana)).toEqual({ ok: false, refusal: 'notYours' });
    expect(await refuse(amara, ' ')).toEqual({ ok: false, refusal: 'reasonMissing' });
    expect(await refuse(amara, 'Dear {patient}')).toEqual({ ok: false, refusal: 'blanksLeft' });
    expect(await refuse(amara)).toEqual({ ok: true });
    expect(await row(id)).toMatchObject({ status: 'responded', resolution: 'denied' });
    const { page, json } = await asRead(id);
    expect(page.status).toMatch(/we said no/);
    expect(page.answer?.letter).toMatchObject({
      text: note,
      ground: { citation: '45 CFR 164.514(h)(1)' },
      statements: [
        expect.stringMatching(/show us who you are/),
        expect.anything(),
        expect.stringMatching(/Office for Civil Rights/),
        expect.anything(),
        expect.anything(),
      ],
    });
    expect(page.canAskAgain).toBe(true);
    expect(JSON.stringify(json.events)).not.toContain('twice');
  });
});

describe('a statement of disagreement', () => {
  it('has a place beside a denied correction, and is named where copies are asked for', async () => {
    const id = await file('amendment');
    const state = (actor: Person, requestId = id) =>
      stateDisagreement(fresh.world, {
        requestId,
        actor,
        text: 'It was my right knee.',
        documents: [],
        submissionKey: crypto.randomUUID(),
      });
    expect(await state(ines)).toEqual({ ok: false, refusal: 'notFromThisStatus' });
    await answer(fresh.world, id, {
      letter: wholeLetter('amendment', 'denied'),
      drafter: dana,
      sender: amara,
    });
    expect((await asRead(id)).page.canDisagree).toBe(true);
    expect(await disagreementsOf(fresh.world.db, ines.patientId)).toEqual([]);
    expect(await state(zoe)).toEqual({ ok: false, refusal: 'notFound' });
    // In the portal, and from paper.
    expect(await state(ines)).toMatchObject({ ok: true });
    fresh.clock.advance(minutes(1));
    expect(await state(dana)).toMatchObject({ ok: true });
    expect(await disagreementsOf(fresh.world.db, ines.patientId)).toEqual([
      { id, reference: (await row(id)).reference },
    ]);
    const { page, paper, json } = await asRead(id);
    expect(page.messages.map(({ about, byFacility }) => [about, byFacility])).toEqual([
      ['Statement of disagreement', false],
      ['Statement of disagreement', true],
    ]);
    expect(paper).toContain('It was my right knee.');
    expect(json.messages[0]?.isStatementOfDisagreement).toBe(true);
    const copies = await file('access');
    await answer(fresh.world, copies, {
      letter: wholeLetter('access', 'denied'),
      drafter: dana,
      sender: amara,
    });
    expect(await state(ines, copies)).toEqual({ ok: false, refusal: 'notFromThisStatus' });
  });
});

describe('everything of a request', () => {
  it('has the list with its rows, and the working of the date', async () => {
    const id = await file('accounting');
    await answer(fresh.world, id, {
      letter: { note: 'Call us.' },
      drafter: dana,
      sender: dana,
    });
    const { page, paper, json } = await asRead(id);
    const rows = [
      ...(page.answer?.accounting?.requiredByLaw ?? []),
      ...(page.answer?.accounting?.alsoShown ?? []),
    ];
    expect(rows.length).toBeGreaterThan(0);
    for (const { recipient, date } of rows) {
      expect(paper).toContain(recipient);
      expect(paper).toContain(date);
    }
    expect(json.clock.citation).toBe('45 CFR 164.528(c)(1)');
    expect(json.clock.working).toEqual(page.clock.working);
  });

  it('has the choice, and the requests that belong to it', async () => {
    const optOut = await fresh.world.db.optOut.findUniqueOrThrow({
      where: { id: await fileOptOut(fresh.world) },
      select: { id: true, requestId: true },
    });
    const { page, paper, json } = await asRead(optOut.requestId);
    expect(json.choice?.id).toBe(optOut.id);
    for (const line of page.choice?.purposes ?? ['missing']) expect(paper).toContain(line);
    expect(paper).toContain(page.choice?.coverage ?? 'missing');

    const denied = await file('access');
    await answer(fresh.world, denied, {
      letter: wholeLetter('access', 'denied'),
      drafter: dana,
      sender: amara,
    });
    const appeal = await file('access', ines, { id: denied, as: 'appeal' });
    expect((await asRead(denied)).paper).toContain((await row(appeal)).reference);
    expect((await asRead(appeal)).paper).toContain((await row(denied)).reference);
  });
});
