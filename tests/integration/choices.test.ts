import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { changeSetting, newestSetting } from '#app/facility/settings.server.ts';
import type { Settings } from '#app/facility/settings.ts';
import { remind } from '#app/jobs/remind.server.ts';
import { sendNotice } from '#app/jobs/send-notice.server.ts';
import { resendDead } from '#app/mail/dead-letters.server.ts';
import { MailRefused } from '#app/mail/failure.ts';
import { answersAsOf } from '#app/optouts/as-of.server.ts';
import { answerCheck } from '#app/optouts/checks.server.ts';
import { optOutHistory, stillCounts } from '#app/optouts/history.server.ts';
import { mergeRecords } from '#app/people/merging.server.ts';
import { enterRequest, submitRequest } from '#app/requests/filing.server.ts';
import { optOutWordingVersion, type OptOutDetails } from '#app/requests/kinds/opt-out.ts';
import { optOutView } from '#app/web/present-opt-outs.server.ts';
import { withdrawOptOut } from '#tests/support/filing.ts';
import { freshWorld, hours, minutes, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// A "yes" where the facility asks for one, choices that take another's place, and choices that end.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let zoe: Person & { patientId: string };
let amara: Person;
let dana: Person;
let umbra: string;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  [ines, zoe, amara, dana] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    patientOf(fresh.world, 'RB000902'),
    personOf(fresh.world, 'privacyOfficer'),
    personOf(fresh.world, 'staff'),
  ]);
  umbra = (await fresh.world.db.vendor.findFirstOrThrow({ where: { slug: 'umbra' } })).id;
});
afterAll(() => fresh.drop());

const set = async (change: Partial<Settings['choices']>) => {
  fresh.clock.advance(minutes(1));
  const { versionId, value } = await newestSetting(fresh.world.db, 'choices');
  const setting = {
    name: 'choices',
    value: { ...value, ...change },
    expected: versionId,
    actor: amara,
  } as const;
  expect(await changeSetting(fresh.world, setting)).toEqual({ ok: true });
  fresh.clock.advance(minutes(1));
};

const say = async (details: Partial<OptOutDetails>, actor = ines) => {
  fresh.clock.advance(minutes(1));
  const filed = await submitRequest(fresh.world, {
    actor,
    kind: 'optOut',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: {
      purposes: ['research'],
      vendors: 'all',
      studies: 'all',
      coversDeidentified: true,
      wordingVersion: optOutWordingVersion,
      ...details,
    },
  });
  fresh.clock.advance(minutes(1));
  if (!filed.ok) return filed.refusal;
  return (await fresh.world.db.optOut.findFirstOrThrow({ where: { requestId: filed.requestId } })).id;
};

const check = async (over: { studyUid?: string; mrn?: string; at?: Date; knownAt?: Date } = {}) => {
  const client = await fresh.world.db.machineClient.findFirstOrThrow();
  const { results } = await answerCheck(fresh.world, client, {
    purpose: 'HRESCH',
    recipient: 'umbra',
    identifiable: true,
    at: over.at ?? null,
    knownAt: over.knownAt ?? null,
    items: [{ patientId: over.mrn ?? 'RB000417', issuer: 'RIVERBEND', studyUid: over.studyUid }],
  });
  return `${results[0]?.decision} ${results[0]?.reason}`;
};

/** Sends the letters that ask whether a choice still stands. */
const sendQuestions = async (send = () => Promise.resolve()) => {
  const waiting = { kind: 'choiceEnds', userId: ines.id, sentAt: null, deadAt: null };
  for (const { id: noticeId } of await fresh.world.db.notice.findMany({ where: waiting }))
    await sendNotice({ ...fresh.world, mailer: { send } }, { noticeId });
};

/** What a page says of it. */
const asShown = async (id: string) => {
  const now = fresh.clock.now();
  const { isAskedAbout, willEnd } = optOutView(await theChoice(id), new Map(), {
    locale: 'en',
    timeZone: 'America/New_York',
    now,
  });
  return { isAskedAbout, willEnd };
};

const theChoice = async (id: string) => {
  const found = (await optOutHistory(fresh.world.db, ines.patientId)).find((one) => one.id === id);
  if (!found) throw new Error('a choice is in its history');
  return { ...found, counts: stillCounts(found, fresh.clock.now()) };
};

describe('where the facility asks permission', () => {
  it('silence denies from then on; what was asked about an earlier moment is answered as it was', async () => {
    const before = fresh.clock.now();
    expect(await check()).toBe('permit noOptOut');
    expect(await say({ act: 'permitted' })).toBe('purposeNotAsked');
    await set({ permission: ['research'] });
    expect(await check()).toBe('deny notPermitted');
    expect(await check({ at: before })).toBe('permit noOptOut');
  });

  it('a “yes” permits what it covers until it is taken back, and a “no” beside it wins', async () => {
    const uid = (
      await fresh.world.db.disclosure.findFirstOrThrow({
        where: { patientId: ines.patientId, studyUid: { not: null } },
      })
    ).studyUid!;
    expect(await say({ act: 'permitted', studies: ['9.9.9'] })).toBe('studyUnknown');
    const ofStudy = await say({ act: 'permitted', studies: [uid] });
    expect(await check({ studyUid: uid })).toBe('permit permitted');
    expect(await check()).toBe('deny notPermitted');
    const wider = await say({ act: 'permitted', replaces: ofStudy });
    expect(await check()).toBe('permit permitted');
    expect((await theChoice(ofStudy)).replacedBy).not.toBeNull();
    const no = await say({ vendors: [umbra] });
    expect(await check()).toBe('deny optedOut');
    await withdrawOptOut(fresh.world, no);
    const whileAllowed = fresh.clock.now();
    fresh.clock.advance(minutes(1));
    await withdrawOptOut(fresh.world, wider);
    fresh.clock.advance(minutes(1));
    // What the wider one replaced does not come back.
    expect(await check({ studyUid: uid })).toBe('deny notPermitted');
    expect(await check({ at: whileAllowed, knownAt: fresh.clock.now() })).toBe('permit permitted');
    const question = { purpose: 'HRESCH', vendorId: umbra, identifiable: true, studyUid: uid };
    const when = { at: whileAllowed, knownAt: whileAllowed };
    const asOf = await answersAsOf(fresh.world.db, ines.patientId, question, when);
    const wasAllowed = { answer: { recordId: wider }, record: { act: 'permitted' } };
    expect(asOf).toMatchObject({ then: wasAllowed, later: wasAllowed });
  });

  it('of two changes of one choice at one moment, one counts', async () => {
    const no = await say({});
    const both = await Promise.all([say({ replaces: no }), say({ replaces: no, vendors: [umbra] })]);
    expect(both.filter((one) => one === 'alreadyWithdrawn')).toHaveLength(1);
    expect(await say({ act: 'permitted', replaces: both.find((one) => one !== 'alreadyWithdrawn')! })).toBe(
      'notFound',
    );
    expect(await say({ replaces: no }, zoe)).toBe('notFound');
  });

  it('a choice may be kept with a study that the ledger has lost, by its own patient alone', async () => {
    const no = await fresh.world.db.optOut.findUniqueOrThrow({ where: { id: await say({}) } });
    const { id: _id, sequence: _sequence, ...row } = no;
    const lost = await fresh.world.db.optOut.create({
      data: { ...row, studyReach: 'named', studyUids: ['2.25.404'] },
    });
    expect(await say({ studies: ['2.25.404'] })).toBe('studyUnknown');
    expect(await say({ studies: ['2.25.404'], replaces: no.id })).toBe('studyUnknown');
    const kept = await say({ studies: ['2.25.404'], replaces: lost.id });
    expect((await theChoice(kept)).studyUids).toEqual(['2.25.404']);
    await withdrawOptOut(fresh.world, kept);
    await withdrawOptOut(fresh.world, no.id);
  });

  it('a “yes” from paper counts from its entry, and not for a record that is joined later', async () => {
    const entered = await enterRequest(fresh.world, {
      actor: dana,
      kind: 'optOut',
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      patientId: zoe.patientId,
      channel: 'paper',
      receivedAt: new Date(fresh.clock.now().getTime() - hours(48)),
      details: {
        act: 'permitted',
        purposes: ['research'],
        vendors: [umbra],
        studies: 'all',
        coversDeidentified: true,
        wordingVersion: optOutWordingVersion,
      },
    });
    expect(entered.ok).toBe(true);
    expect(await check({ mrn: 'RB000902' })).toBe('permit permitted');
    const other = await fresh.world.db.patient.findFirstOrThrow({
      where: { account: null, mergedIntoId: null, identifiers: { some: { issuer: 'RIVERBEND' } } },
      include: { identifiers: { where: { issuer: 'RIVERBEND' } } },
    });
    const joined = await mergeRecords(fresh.world, {
      actor: dana,
      survivorId: zoe.patientId,
      mergedId: other.id,
      reason: 'one person by their own word',
    });
    expect(joined).toEqual({ ok: true });
    expect(await check({ mrn: 'RB000902' })).toBe('permit permitted');
    expect(await check({ mrn: other.identifiers[0]!.value })).toBe('deny notPermitted');
  });
});

describe('a choice with an end', () => {
  it('a “no” ends only after its patient was asked, and had the days to answer, also after an outage', async () => {
    const forEver = await say({ purposes: ['aiTraining'] });
    await set({ noCountsFor: 1, askDaysBefore: 30 });
    const no = await say({ purposes: ['commercialSharing'] });
    const { mayEndAt } = await theChoice(no);
    expect(mayEndAt).not.toBeNull();
    // The background work stood still until long after its end.
    fresh.clock.advance(hours(24 * 500));
    expect(await theChoice(no)).toMatchObject({ counts: true, endsAt: null });
    await remind(fresh.world);
    await remind(fresh.world);
    // Owed is not asked, and a letter that nobody took is not either, for as long as it lies there.
    await sendQuestions(() => Promise.reject(new MailRefused()));
    fresh.clock.advance(hours(24 * 60));
    await remind(fresh.world);
    expect(await theChoice(no)).toMatchObject({ counts: true, endsAt: null, askedAt: null });
    expect(await asShown(no)).toEqual({ isAskedAbout: true, willEnd: false });
    expect(await fresh.world.db.notice.count({ where: { kind: 'mailDead', userId: amara.id } })).toBe(1);
    expect(await resendDead(fresh.world, { actor: amara, which: 'all' })).toBe(1);
    await sendQuestions();
    expect(await asShown(no)).toEqual({ isAskedAbout: true, willEnd: true });
    const now = fresh.clock.now();
    expect(await theChoice(no)).toMatchObject({
      counts: true,
      askedAt: now,
      endsAt: new Date(now.getTime() + hours(24 * 30)),
    });
    expect(await fresh.world.db.notice.count({ where: { kind: 'choiceEnds', userId: ines.id } })).toBe(1);
    expect((await theChoice(forEver)).mayEndAt).toBeNull();

    const kept = await say({ purposes: ['commercialSharing'], replaces: no });
    fresh.clock.advance(hours(24 * 31));
    expect(await theChoice(no)).toMatchObject({ counts: false });
    expect(await theChoice(kept)).toMatchObject({ counts: true, endsAt: null });
    fresh.clock.advance(hours(24 * 340));
    await remind(fresh.world);
    await sendQuestions();
    fresh.clock.advance(hours(24 * 31));
    expect(await theChoice(kept)).toMatchObject({ counts: false, withdrawnAt: null });
  });

  it('a “yes” ends on its day, asked or not', async () => {
    await set({ permission: ['commercialSharing'], yesCountsFor: 1 });
    const yes = await say({ act: 'permitted', purposes: ['commercialSharing'] });
    expect(await theChoice(yes)).toMatchObject({ counts: true });
    const { endsAt } = await theChoice(yes);
    const client = await fresh.world.db.machineClient.findFirstOrThrow();
    const untilNow = async () => {
      const item = { patientId: 'RB000417', issuer: 'RIVERBEND' };
      const asked = { purpose: 'HMARKT', recipient: 'umbra', identifiable: true, at: null, items: [item] };
      const { results, checkedAt, validUntil } = await answerCheck(fresh.world, client, asked);
      return [results[0]?.reason, Date.parse(validUntil) - Date.parse(checkedAt)];
    };
    expect(await untilNow()).toEqual(['permitted', minutes(15)]);
    // An answer is not good for longer than what it rests on.
    fresh.clock.advance(endsAt!.getTime() - fresh.clock.now().getTime() - minutes(5));
    expect(await untilNow()).toEqual(['permitted', minutes(5)]);
    fresh.clock.advance(minutes(5));
    expect(await untilNow()).toEqual(['notPermitted', minutes(15)]);
    fresh.clock.advance(hours(24));
    expect(await theChoice(yes)).toMatchObject({ counts: false, askedAt: null });
  });
});
