import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { draftAnswer, readAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { chooseFee, takeFeeBack, tellFee } from '#app/requests/fees.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import type { RequestKind } from '#app/requests/kinds/registry.ts';
import { enterWord } from '#app/requests/their-word.server.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { byDays, details } from '#tests/support/days.ts';
import { textOfPdf } from '#tests/support/pdf-text.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, minutes, patientOf, personOf } from '#tests/support/world.ts';

// A list that costs something, asked about for less time: 45 CFR 164.528(c)(2)(ii).

const english = wordsFor('en');
const asked = { from: '2020-11-22', to: '2026-11-22' };
const shorter = { from: '2024-01-01', to: '2025-12-31' };

let site: Site;
let ines: Person & { patientId: string };
let dana: Person;
let cookie: string;
let staff: string;
/** Somebody without an account. */
let tor: string;

const { enter, moved, read } = byDays(
  () => ({ ...site, drop: site.stop }),
  () => ({ staff: dana, patientId: ines.patientId }),
);

beforeAll(async () => {
  site = await startSite();
  [ines, dana] = await Promise.all([patientOf(site.world, 'RB000417'), personOf(site.world, 'staff')]);
  cookie = await signIn(site, castMember({ mrn: 'RB000417' }));
  staff = await signIn(site, castMember('staff'));
  const { patientId } = await site.world.db.patientIdentifier.findFirstOrThrow({
    where: { value: 'RB000533' },
    select: { patientId: true },
  });
  tor = patientId;
  // The first list in 12 months costs nothing.
  await file('accounting', asked);
  await enter('accounting', '2026-11-02', tor);
});
afterAll(() => site.stop());

async function file(kind: RequestKind, what: object): Promise<string> {
  // Of two of one instant either may be the first.
  site.clock.advance(minutes(1));
  const filed = await submitRequest<RequestKind>(site.world, {
    actor: ines,
    kind,
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: what as never,
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed.requestId;
}

const cost = (requestId: string, amountCents = 1_250) =>
  tellFee(site.world, { requestId, actor: dana, amountCents, currency: 'USD', basis: 'Copying.' });

/** A list of hers, with its cost told. */
async function told(): Promise<string> {
  const id = await file('accounting', asked);
  expect(await cost(id)).toEqual({ ok: true });
  return id;
}

const see = (path: string, who = cookie) => site.ask(path, { headers: { Cookie: who } });
const choose = async (id: string, fields: Record<string, string>) => {
  const fee = await site.world.db.feeNotice.findUnique({
    where: { requestId: id },
    select: { toldAt: true },
  });
  const form = {
    ...{ move: 'fee', choice: 'change', change: '', submissionKey: crypto.randomUUID() },
    toldAt: (fee?.toldAt ?? site.clock.now()).toISOString(),
  };
  return site.ask(`/requests/${id}`, asForm({ ...form, ...fields }, cookie));
};
const narrow = (id: string, { from, to }: { from: string; to: string }, change = '') =>
  choose(id, { newFrom: from, newTo: to, change });
const say = async (id: string, fields: Record<string, string>) =>
  site.ask(
    `/staff/requests/${id}`,
    asForm(
      {
        intent: 'enterWord',
        version: `${(await read(id)).version}`,
        submissionKey: crypto.randomUUID(),
        said: 'feeChange',
        channel: 'phone',
        saidOn: '2026-11-22',
        ...fields,
      },
      staff,
    ),
  );
const text = ({ text: html }: Answer) =>
  html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const paperOf = async (path: string, who = cookie) => textOfPdf((await see(path, who)).bytes);
const narrowings = (requestId: string) =>
  site.world.db.auditEvent.findMany({
    where: { requestId, type: 'request.narrowed' },
    orderBy: { id: 'asc' },
    select: { before: true, after: true, visibleToPatient: true, actorId: true },
  });
const choiceOf = async (requestId: string) =>
  (await site.world.db.feeNotice.findUniqueOrThrow({ where: { requestId }, select: { choice: true } }))
    .choice;
const rowOf = (id: string) =>
  site.world.db.privacyRequest.findUniqueOrThrow({
    where: { id },
    select: { details: true, dueOn: true, version: true, status: true },
  });
const messagesOf = (requestId: string) => site.world.db.requestMessage.count({ where: { requestId } });

describe('a patient who is told what a list costs', () => {
  it('may ask about less time, without a word: it is the time of the request from then on', async () => {
    const id = await told();
    const before = await rowOf(id);
    const page = await see(`/requests/${id}`);
    for (const name of ['newFrom', 'newTo'])
      expect(page.text).toMatch(new RegExp(`<input[^>]*name="${name}"`));
    expect((await narrow(id, shorter)).status).toBe(302);

    expect(await rowOf(id)).toEqual({ ...before, details: shorter, version: before.version + 1 });
    expect(await choiceOf(id)).toBe('change');
    expect(await messagesOf(id)).toBe(0);
    expect(await narrowings(id)).toEqual([
      { before: asked, after: shorter, visibleToPatient: true, actorId: ines.id },
    ]);
    // Whoever works on it hears of it, as of words.
    expect(
      await site.world.db.notice.count({ where: { requestId: id, kind: 'patientReplied' } }),
    ).toBeGreaterThan(0);
  });

  it('reads what it was and is on the page, in the papers and as data, in both languages', async () => {
    const id = await told();
    await narrow(id, shorter);
    const now = 'January 1, 2024';
    const was = 'November 22, 2020';
    const page = text(await see(`/requests/${id}`));
    expect(page).toContain('You asked about the time from January 1, 2024 to December 31, 2025.');
    expect(page).toContain(english('requests.event.narrowed'));
    expect(page).toMatch(/Before[^.]*November 22, 2020/);
    const paper = await paperOf(`/requests/${id}/file.pdf`);
    for (const day of [now, was]) expect(paper).toContain(day);
    const json = (await see(`/requests/${id}/file.json`)).json() as {
      asked: object;
      events: { type: string }[];
    };
    expect(json.asked).toMatchObject({ details: shorter });
    expect(json.events).toContainEqual(
      expect.objectContaining({ type: 'request.narrowed', before: asked, after: shorter }),
    );
    const speak = (locale: string) => site.world.db.user.update({ where: { id: ines.id }, data: { locale } });
    await speak('es');
    const spanish = text(await see(`/requests/${id}`));
    await speak('en');
    for (const part of [wordsFor('es')('requests.event.narrowed'), 'Antes: del 22 de noviembre de 2020'])
      expect(spanish).toContain(part);
    const desk = text(await see(`/staff/requests/${id}`, staff));
    for (const day of [now, was]) expect(desk).toContain(day);
  });

  it('may say something too; or only that, and the time stays', async () => {
    const id = await told();
    expect((await narrow(id, shorter, 'Only the research, please.')).status).toBe(302);
    expect([await messagesOf(id), (await narrowings(id)).length]).toEqual([1, 1]);
    const other = await told();
    expect((await narrow(other, asked, 'Send it by mail.')).status).toBe(302);
    expect((await rowOf(other)).details).toEqual(asked);
    expect([await messagesOf(other), (await narrowings(other)).length]).toEqual([1, 0]);
    const third = await told();
    expect((await choose(third, { change: 'As I said.' })).status).toBe(302);
    expect((await rowOf(third)).details).toEqual(asked);
  });

  const wrong: [string, { from: string; to: string }, field: string, MessageId][] = [
    ['before its first day', { ...shorter, from: '2020-11-21' }, 'newFrom', 'errors.timeTooEarly'],
    ['after its last day', { ...shorter, to: '2026-11-23' }, 'newTo', 'errors.timeTooLate'],
    ['backwards', { from: '2025-01-02', to: '2025-01-01' }, 'newTo', 'errors.timeBackwards'],
    ['on no date', { ...shorter, from: '2025-02-29' }, 'newFrom', 'errors.date'],
    ['on a word', { ...shorter, to: 'yesterday' }, 'newTo', 'errors.date'],
    ['on half a date', { ...shorter, to: '' }, 'newTo', 'errors.date'],
    ['in 1899', { ...shorter, from: '1899-12-31' }, 'newFrom', 'errors.date'],
    ['as it was, without a word', asked, 'change', 'errors.changeMissing'],
  ];
  it.each(wrong)('may not ask %s', async (_what, time, field, message) => {
    const id = await told();
    const before = await rowOf(id);
    const sent = await narrow(id, time);
    expect(sent.status).toBe(400);
    expect(text(sent)).toContain(english(message));
    expect(sent.text).toMatch(new RegExp(`href="#${field}"`));
    // What was typed stands there again.
    expect(sent.text).toContain(`value="${time.from}"`);
    expect(await rowOf(id)).toEqual(before);
    expect(await choiceOf(id)).toBeNull();
    expect(await narrowings(id)).toEqual([]);
  });

  it('narrows nothing by going on or stopping, whatever the dates say', async () => {
    const [on, stop] = [await told(), await told()];
    const lost = { newFrom: 'nonsense', newTo: '1899-01-01' };
    expect((await choose(on, { choice: 'goOn', ...lost })).status).toBe(302);
    expect((await choose(stop, { choice: 'stop', ...lost })).status).toBe(302);
    for (const id of [on, stop]) expect((await rowOf(id)).details).toEqual(asked);
  });

  it('may not narrow a list without a cost, nor one of somebody else; other kinds have words alone', async () => {
    const free = await file('accounting', asked);
    expect((await narrow(free, shorter)).status).toBe(409);
    expect((await rowOf(free)).details).toEqual(asked);

    const id = await told();
    const zoe = await signIn(site, castMember({ mrn: 'RB000902' }));
    const toldAt = site.clock.now().toISOString();
    const fields = { move: 'fee', choice: 'change', change: '', toldAt, submissionKey: crypto.randomUUID() };
    const hers = await site.ask(
      `/requests/${id}`,
      asForm({ ...fields, newFrom: shorter.from, newTo: shorter.to }, zoe),
    );
    expect(hers.status).toBe(404);

    const copies = await file('access', details.access);
    expect(await cost(copies)).toEqual({ ok: true });
    expect((await see(`/requests/${copies}`)).text).not.toContain('name="newFrom"');
    expect((await narrow(copies, shorter, 'Only the report.')).status).toBe(400);
    expect((await rowOf(copies)).details).toEqual(details.access);
    expect((await choose(copies, { change: 'Only the report.' })).status).toBe(302);
  });

  it('narrows once, though two people say so at once: the other is told what is there now', async () => {
    const id = await told();
    const times = [shorter, { from: '2022-01-01', to: '2022-12-31' }];
    const both = await Promise.all(times.map((time) => narrow(id, time)));
    expect(both.map(({ status }) => status).sort()).toEqual([302, 409]);
    const won = times[both.findIndex(({ status }) => status === 302)];
    expect((await rowOf(id)).details).toEqual(won);
    expect((await narrowings(id)).map(({ after }) => after)).toEqual([won]);
    const lost = both.find(({ status }) => status === 409)!;
    expect(text(lost)).toContain(`from January 1, ${won!.from.slice(0, 4)} to`);
    expect(text(lost)).toContain(english('errors.feeChosenAlready'));
  });

  it('and staff who take the cost back at once: one of them, and the time with it', async () => {
    for (let turn = 0; turn < 6; turn++) {
      const id = await told();
      const change = chooseFee(site.world, {
        ...{ requestId: id, actor: ines, choice: 'change', text: '', time: shorter },
        submissionKey: crypto.randomUUID(),
      } as const);
      const back = takeFeeBack(site.world, { requestId: id, actor: dana });
      const [changed, taken] = await Promise.all([change, back]);
      const narrowed = (await narrowings(id)).length === 1;
      expect(narrowed).toBe(changed.ok);
      expect((await rowOf(id)).details).toEqual(changed.ok ? shorter : asked);
      // After a change the cost may be dropped as well: then both are done, one after the other.
      expect(taken.ok || changed.ok).toBe(true);
      expect(await choiceOf(id)).toBe(taken.ok ? 'takenBack' : 'change');
    }
  });
});

describe('a list that was narrowed', () => {
  it('is drafted for the new time; a draft of the time before cannot leave', async () => {
    const id = await told();
    const turn = async () => ({ requestId: id, actor: dana, expectedVersion: (await rowOf(id)).version });
    expect(await draftAnswer(site.world, await turn(), { note: null })).toEqual({ ok: true });
    const stale = await turn();
    expect((await narrow(id, shorter)).status).toBe(302);
    const send = async (at = turn()) => sendAnswer(site.world, await at, { elementsLookedFor: true });
    expect(await send(Promise.resolve(stale))).toEqual({ ok: false, refusal: 'changedMeanwhile' });
    expect(await send()).toEqual({ ok: false, refusal: 'timeChanged' });
    expect((await readAnswer(site.world, id, 'any'))?.timeChanged).toBe(true);
    const desk = await see(`/staff/requests/${id}`, staff);
    expect(text(desk)).toContain(english('staff.draft.timeChanged'));
    expect(desk.text).not.toContain('value="send"');

    expect(await draftAnswer(site.world, await turn(), { note: null })).toEqual({ ok: true });
    const drafted = await readAnswer(site.world, id, 'any');
    expect([drafted?.accounting?.window, drafted?.timeChanged]).toEqual([shorter, false]);
    expect(await send()).toEqual({ ok: true });
    expect(text(await see(`/requests/${id}`))).toContain('January 1, 2024');
  });

  it('may be told a lower cost, and be narrowed again, never wider than it is by then', async () => {
    const id = await told();
    await narrow(id, shorter);
    const desk = await see(`/staff/requests/${id}`, staff);
    expect(desk.text).toContain('value="tellFee"');
    expect(await cost(id, 300)).toEqual({ ok: true });
    // Inside what she asked first, outside what she asks now.
    const wider = await narrow(id, { from: '2023-12-31', to: '2025-12-31' });
    expect([wider.status, text(wider)]).toEqual([
      400,
      expect.stringContaining(english('errors.timeTooEarly')),
    ]);
    const oneDay = { from: '2025-05-05', to: '2025-05-05' };
    expect((await narrow(id, oneDay)).status).toBe(302);
    expect((await rowOf(id)).details).toEqual(oneDay);
    expect((await narrowings(id)).map(({ before, after }) => [before, after])).toEqual([
      [asked, shorter],
      [shorter, oneDay],
    ]);
    // Of one day nothing is left to leave out.
    expect(await cost(id, 100)).toEqual({ ok: true });
    expect((await see(`/requests/${id}`)).text).not.toContain('name="newFrom"');
  });

  it('may have its cost dropped; that of another kind is answered or told again, as before', async () => {
    const id = await told();
    await narrow(id, shorter);
    expect((await see(`/staff/requests/${id}`, staff)).text).toContain('value="takeFeeBack"');
    expect(await takeFeeBack(site.world, { requestId: id, actor: dana })).toEqual({ ok: true });
    expect(await takeFeeBack(site.world, { requestId: id, actor: dana })).toMatchObject({ ok: false });
    expect(text(await see(`/requests/${id}`))).toContain('You pay nothing.');
    const copies = await file('access', details.access);
    await cost(copies);
    await choose(copies, { change: 'Only the report.' });
    expect(await takeFeeBack(site.world, { requestId: copies, actor: dana })).toEqual({
      ok: false,
      refusal: 'chosenByPatient',
    });
  });
});

describe('somebody without an account', () => {
  /** What came on paper, with its cost told. */
  async function toldByPost(): Promise<string> {
    const id = await enter('accounting', '2026-11-10', tor);
    expect(await cost(id)).toEqual({ ok: true });
    return id;
  }
  const entered = details.accounting;

  it('says it by phone; the history says what it was and is, and how it came', async () => {
    const id = await toldByPost();
    const before = await rowOf(id);
    const page = await see(`/staff/requests/${id}`, staff);
    for (const name of ['newFrom', 'newTo'])
      expect(page.text).toMatch(new RegExp(`<input[^>]*name="${name}"`));
    // A letter is made for whoever is at the keyboard now.
    const there = await signIn(site, castMember('staff'));
    const paper = await paperOf(`/staff/requests/${id}/letter.pdf`, there);
    expect(paper).toContain('February 10, 2021');
    expect(paper).toContain('the first and the last day');

    const said = await say(id, { newFrom: shorter.from, newTo: shorter.to });
    expect(said.headers.location).toContain('done=enterWord');
    expect(await rowOf(id)).toMatchObject({ details: shorter, dueOn: before.dueOn, status: before.status });
    expect(await narrowings(id)).toEqual([
      {
        before: entered,
        after: { ...shorter, channel: 'phone', receivedOn: '2026-11-22' },
        visibleToPatient: true,
        actorId: dana.id,
      },
    ]);
    expect(await messagesOf(id)).toBe(0);
    const letter = await paperOf(`/staff/requests/${id}/letter.pdf`, there);
    for (const day of ['January 1, 2024', 'December 31, 2025', 'February 10, 2021'])
      expect(letter).toContain(day);
  });

  it('and staff are told that what was closed as the same stays closed, with the shorter time', async () => {
    const id = await toldByPost();
    site.clock.advance(minutes(1));
    const twin = await enter('accounting', '2026-11-11', tor);
    const references = (await read(twin)).reference;
    expect(text(await see(`/staff/requests/${id}`, staff))).not.toContain('stay closed');
    await moved(twin, 'markDuplicate', { reason: 'Sent twice', twinReference: (await read(id)).reference });
    expect(text(await see(`/staff/requests/${id}`, staff))).toContain(
      english('desk.word.timeOthers', { references }),
    );
  });

  it.each<[string, Record<string, string>, string, MessageId]>([
    ['before its first day', { newFrom: '2021-02-09' }, 'newFrom', 'errors.timeTooEarly'],
    ['after its last day', { newTo: '2027-02-11' }, 'newTo', 'errors.timeTooLate'],
    ['backwards', { newFrom: '2026-01-01' }, 'newTo', 'errors.timeBackwards'],
    ['on no date', { newFrom: '2025-13-01' }, 'newFrom', 'errors.date'],
    ['on half a date', { newTo: '' }, 'newTo', 'errors.date'],
    ['in 1899', { newFrom: '1899-12-31' }, 'newFrom', 'errors.date'],
    [
      'as it was, without a word',
      { newFrom: entered.from, newTo: entered.to },
      'saidText',
      'errors.changeMissing',
    ],
  ])('may not have it entered %s', async (_what, over, field, message) => {
    const id = await toldByPost();
    const before = await rowOf(id);
    const said = await say(id, { newFrom: shorter.from, newTo: shorter.to, ...over });
    expect(said.status).toBe(400);
    expect(text(said)).toContain(english(message));
    expect(said.text).toMatch(new RegExp(`href="#${field}"`));
    expect(await rowOf(id)).toEqual(before);
    expect(await choiceOf(id)).toBeNull();
  });

  it('and the same of another kind is refused, with words it is entered', async () => {
    const id = await enter('access', '2026-11-10', tor);
    await cost(id);
    expect((await see(`/staff/requests/${id}`, staff)).text).not.toContain('name="newFrom"');
    const dates = { newFrom: shorter.from, newTo: shorter.to };
    expect((await say(id, { ...dates, saidText: 'Only the report.' })).status).toBe(400);
    expect((await say(id, { saidText: 'Only the report.' })).status).toBe(302);
  });

  it('is entered once by two colleagues at once: the other is told, and the page shows what is there', async () => {
    const id = await toldByPost();
    const times = [shorter, { from: '2022-01-01', to: '2022-12-31' }];
    const both = await Promise.all(times.map(({ from, to }) => say(id, { newFrom: from, newTo: to })));
    expect(both.map(({ status }) => status).sort()).toEqual([302, 409]);
    const won = times[both.findIndex(({ status }) => status === 302)]!;
    expect((await rowOf(id)).details).toEqual(won);
    expect(await narrowings(id)).toHaveLength(1);
    expect(text(both.find(({ status }) => status === 409)!)).toContain(`January 1, ${won.from.slice(0, 4)}`);
  });

  it('withdraws whatever the dates in the form say', async () => {
    const id = await toldByPost();
    const lost = { newFrom: 'nonsense', newTo: '' };
    expect((await say(id, { said: 'withdraw', ...lost })).status).toBe(302);
    expect((await rowOf(id)).details).toEqual(entered);
    const word = {
      requestId: id,
      expectedVersion: 1,
      actor: ines,
      said: 'feeChange',
      channel: 'phone',
    } as const;
    const came = { receivedAt: new Date(), receivedTimeKnown: false, receivedOn: '2026-11-22' };
    const more = { text: '', documents: [], submissionKey: crypto.randomUUID(), time: shorter };
    expect(await enterWord(site.world, { ...word, ...came, ...more })).toMatchObject({ ok: false });
  });
});
