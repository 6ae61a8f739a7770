import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { composeNotice, owedLetter } from '#app/mail/compose-notice.server.ts';
import { recordFeePaid } from '#app/requests/fee-payment.server.ts';
import { chooseFee, tellFee } from '#app/requests/fees.server.ts';
import { writeAsPatient } from '#app/requests/messages.server.ts';
import { recordPosted, toPost } from '#app/requests/posted.server.ts';
import { enterWord } from '#app/requests/their-word.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { letterToPost } from '#app/web/letter-to-post.server.ts';
import { timelineView } from '#app/web/present-timeline.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { byDays } from '#tests/support/days.ts';
import { textOfPdf } from '#tests/support/pdf-text.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// "The clock has stopped until you answer. Then we count on, and tell you the new last day": that it is told. Days of New York.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;
/** Somebody without an account. */
let tor: string;

const { under, on, enter, moved, read, dueOn } = byDays(
  () => fresh,
  () => ({ staff: dana, patientId: ines.patientId }),
);

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: new Date('2027-02-10T15:00:00Z') });
  [ines, dana] = await Promise.all([patientOf(fresh.world, 'RB000417'), personOf(fresh.world, 'staff')]);
  // Somebody who wants no mail but what must be sent is told all the same.
  await fresh.world.db.user.update({
    where: { id: ines.id },
    data: { noticeChoice: 'requiredOnly' },
    select: { id: true },
  });
  const { patientId } = await fresh.world.db.patientIdentifier.findFirstOrThrow({
    where: { value: 'RB000533' },
    select: { patientId: true },
  });
  tor = patientId;
});
afterAll(() => fresh.drop());

const notices = (requestId: string) =>
  fresh.world.db.notice.findMany({
    where: { requestId, kind: 'lastDayTold' },
    select: { id: true, userId: true },
  });
/** The newest line of what its patient reads of it. */
async function newest(requestId: string, locale: Locale = 'en') {
  const [line] = timelineView(await eventsOfRequest(fresh.world.db, requestId, 'visibleToPatient'), {
    locale,
    timeZone: 'America/New_York',
    audience: 'patient',
    facilityName: 'Riverbend Imaging',
  });
  return line && { what: line.what, detail: line.detail };
}
const owed = async (requestId: string) => {
  const { patientId, filedBy } = await read(requestId);
  return toPost(fresh.world.db, { id: requestId, patientId, filedById: filedBy.id }, fresh.clock.now());
};
const posted = async (requestId: string, postedOn: string) =>
  recordPosted(fresh.world, { requestId, actor: dana, postedOn });
const fee = (requestId: string) =>
  tellFee(fresh.world, {
    ...{ requestId, actor: dana, amountCents: 1_000, currency: 'USD', basis: 'Discs.', ground: 'excessive' },
  });

/** A request whose clock stands still since February 12. */
async function stopped(by: 'askIdentity' | 'askPatient', patientId?: string): Promise<string> {
  on('2027-02-10');
  const id = await enter('access', '2027-02-10', patientId);
  on('2027-02-12');
  await moved(id, by);
  expect((await read(id)).dueOn).toBe('2027-03-10');
  expect(await notices(id)).toEqual([]);
  return id;
}

describe('a clock that runs again', () => {
  it('tells the new last day by mail and on the timeline: proof came, an answer came, it is not needed any more', async () => {
    await under('UK');
    const [known, goesOn, replied] = [
      await stopped('askIdentity'),
      await stopped('askPatient'),
      await stopped('askPatient'),
    ];
    on('2027-02-20');
    await moved(known, 'confirmIdentity');
    await moved(goesOn, 'goOn', { reason: 'You said it by phone.' });
    const reply = { requestId: replied, actor: ines, text: 'All of them.', documents: [] };
    const said = await writeAsPatient(fresh.world, { ...reply, submissionKey: crypto.randomUUID() });
    expect(said.ok).toBe(true);
    for (const [id, day, words] of [
      [known, '2027-03-22', 'March 22, 2027'],
      [goesOn, '2027-03-19', 'March 19, 2027'],
      [replied, '2027-03-19', 'March 19, 2027'],
    ] as const) {
      expect(await dueOn(id)).toBe(day);
      expect(await notices(id), id).toEqual([{ id: expect.any(String) as string, userId: ines.id }]);
      const line = await fresh.world.db.auditEvent.findFirstOrThrow({
        where: { requestId: id, after: { path: ['countsOn'], equals: true } },
        select: { visibleToPatient: true },
      });
      expect(line.visibleToPatient).toBe(true);
      const lines = timelineView(await eventsOfRequest(fresh.world.db, id, 'visibleToPatient'), {
        locale: 'en',
        timeZone: 'America/New_York',
        audience: 'patient',
        facilityName: 'Riverbend Imaging',
      });
      expect(lines.filter(({ detail }) => detail?.includes(`The last day is now ${words}.`))).toHaveLength(1);
    }
    expect(await newest(goesOn)).toEqual({
      what: 'We go on with the request',
      detail: 'You said it by phone. The last day is now March 19, 2027.',
    });
    expect((await newest(goesOn, 'es'))?.detail).toContain('El último día es ahora el 19 de marzo de 2027.');
  });

  it('says nothing of health in that mail, in either language', async () => {
    const id = await stopped('askIdentity');
    on('2027-02-20');
    await moved(id, 'confirmIdentity');
    const [notice] = await notices(id);
    const { reference } = await read(id);
    for (const locale of ['en', 'es'] as const) {
      await fresh.world.db.user.update({ where: { id: ines.id }, data: { locale }, select: { id: true } });
      const { message } = await composeNotice(fresh.world, await owedLetter(fresh.world.db, notice!.id));
      expect(message.text).toContain(reference);
      expect(message.text).toContain(`/requests/${id}`);
      const said = `${message.subject} ${message.text}`.replaceAll('Riverbend Imaging', '');
      expect(said).not.toMatch(/imag[ei]|acces|identi|copi|record/i);
    }
    await fresh.world.db.user.update({
      where: { id: ines.id },
      data: { locale: 'en' },
      select: { id: true },
    });
  });

  it('tells nothing where it never stood still', async () => {
    await under('US');
    on('2027-02-10');
    const id = await enter('access', '2027-02-10');
    await moved(id, 'askIdentity');
    await moved(id, 'confirmIdentity');
    await moved(id, 'askPatient');
    await moved(id, 'goOn', { reason: 'By phone.' });
    expect(await notices(id)).toEqual([]);
    expect((await newest(id))?.detail).toBe('By phone.');
    // Asked for after the last day: that stopped nothing either.
    await under('UK');
    const late = await enter('access', '2027-01-04');
    await moved(late, 'askPatient');
    await moved(late, 'goOn', { reason: 'By phone.' });
    expect(await notices(late)).toEqual([]);
  });

  it('tells the last day that begins with a payment, once', async () => {
    await under('UK');
    on('2027-02-10');
    const id = await enter('access', '2027-02-10');
    expect(await fee(id)).toEqual({ ok: true });
    const chosen = { requestId: id, actor: ines, choice: 'goOn', text: '' } as const;
    expect((await chooseFee(fresh.world, { ...chosen, submissionKey: crypto.randomUUID() })).ok).toBe(true);
    expect(await notices(id)).toEqual([]);
    on('2027-02-22');
    const paid = { requestId: id, actor: dana, paidOn: '2027-02-20' };
    expect(await recordFeePaid(fresh.world, paid)).toEqual({ ok: true });
    expect((await recordFeePaid(fresh.world, paid)).ok).toBe(false);
    expect(await dueOn(id)).toBe('2027-03-22');
    expect(await notices(id)).toHaveLength(1);
    expect(await newest(id)).toEqual({
      what: 'The last day moved, because the cost was paid',
      detail: 'It came on February 20, 2027. The last day is now March 22, 2027.',
    });
  });

  it('owes a letter too where a request was closed as the same as another, and where it is opened again', async () => {
    await under('UK');
    on('2027-02-10');
    const [first, second] = [
      await enter('access', '2027-02-10', tor),
      await enter('access', '2027-02-10', tor),
    ];
    expect(await owed(second)).toBeNull();
    const { reference } = await read(first);
    on('2027-02-12');
    await moved(second, 'markDuplicate', { reason: 'The same paper.', twinReference: reference });
    expect(await owed(second)).toMatchObject({ toldAt: fresh.clock.now(), postedOn: null });
    const letter = async () => {
      const visit = { world: fresh.world, person: dana, locale: 'en', now: fresh.clock.now() } as Visit;
      return textOfPdf(await letterToPost(visit, await read(second)));
    };
    expect(await letter()).toMatch(new RegExp(`the same as another request of yours[^]*${reference}`));
    expect(await posted(second, '2027-02-12')).toEqual({ ok: true });

    on('2027-02-14');
    await moved(second, 'undoDuplicate', { reason: 'Another year.' });
    expect(await owed(second)).toMatchObject({ toldAt: fresh.clock.now(), postedOn: null });
    expect(await letter()).toContain('March 10, 2027');
  });

  it('owes a letter to whoever reads no page, which says the day', async () => {
    await under('UK');
    const id = await stopped('askIdentity', tor);
    const costs = await stopped('askPatient', tor);
    expect(await posted(id, '2027-02-12')).toEqual({ ok: true });
    expect(await posted(costs, '2027-02-12')).toEqual({ ok: true });
    on('2027-02-20');
    await moved(id, 'confirmIdentity');
    await moved(costs, 'goOn', { reason: 'They called.' });
    for (const one of [id, costs]) {
      expect(await notices(one)).toEqual([]);
      expect(await owed(one)).toMatchObject({ toldAt: fresh.clock.now(), postedOn: null });
    }
    const visit = { world: fresh.world, person: dana, locale: 'en', now: fresh.clock.now() } as Visit;
    expect(await textOfPdf(await letterToPost(visit, await read(id)))).toContain('March 22, 2027');
    expect(await posted(id, '2027-02-20')).toEqual({ ok: true });
    expect(await owed(id)).toMatchObject({ postedOn: '2027-02-20' });
    expect(await posted(costs, '2027-02-20')).toEqual({ ok: true });

    on('2027-02-21');
    expect(await fee(costs)).toEqual({ ok: true });
    const choices = await textOfPdf(
      await letterToPost({ ...visit, now: fresh.clock.now() }, await read(costs)),
    );
    for (const said of [
      'Go on. I agree',
      'Change my request',
      'Stop. Take my request back',
      'Tell us which: call',
    ])
      expect(choices).toContain(said);
    const word = { requestId: costs, actor: dana, said: 'feeGoOn', channel: 'phone' } as const;
    const entered = await enterWord(fresh.world, {
      ...word,
      ...{ expectedVersion: (await read(costs)).version, text: '', documents: [] },
      ...{
        receivedAt: fresh.clock.now(),
        receivedTimeKnown: false,
        receivedOn: '2027-02-21',
        submissionKey: crypto.randomUUID(),
      },
    });
    expect(entered.ok).toBe(true);
    expect(await posted(costs, '2027-02-21')).toEqual({ ok: true });
    on('2027-02-23');
    expect(await recordFeePaid(fresh.world, { requestId: costs, actor: dana })).toEqual({ ok: true });
    expect(await owed(costs)).toMatchObject({ toldAt: fresh.clock.now(), postedOn: null });
  });
});
