import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { changeSetting, newestSetting } from '#app/facility/settings.server.ts';
import { remind } from '#app/jobs/remind.server.ts';
import { sendNotice } from '#app/jobs/send-notice.server.ts';
import { answersAsOf } from '#app/optouts/as-of.server.ts';
import { answerCheck } from '#app/optouts/checks.server.ts';
import { filterCohort } from '#app/optouts/cohorts.server.ts';
import { findConsents } from '#app/optouts/consents.server.ts';
import { optOutHistory, stillCounts } from '#app/optouts/history.server.ts';
import { mergeRecords, unmergeRecords } from '#app/people/merging.server.ts';
import { enterRequest } from '#app/requests/filing.server.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { freshWorld, hours, minutes, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// Whose silence ends a "no": of whoever was asked about it, for as long as their record is that of who said it.

const days = (count: number) => hours(24 * count);
let fresh: FreshWorld;
let dana: Person;
let umbra: string;
/** Of paper, without an account; and somebody who has one. */
let tor: string;
let zoe: Person & { patientId: string };

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
  const { world } = fresh;
  const amara = await personOf(world, 'privacyOfficer');
  [dana, zoe] = await Promise.all([personOf(world, 'staff'), patientOf(world, 'RB000902')]);
  umbra = (await world.db.vendor.findUniqueOrThrow({ where: { slug: 'umbra' } })).id;
  tor = await recordOf('RB000533');
  const { versionId, value } = await newestSetting(world.db, 'choices');
  const setting = { ...value, noCountsFor: 1, askDaysBefore: 30 };
  expect(
    await changeSetting(world, { name: 'choices', value: setting, expected: versionId, actor: amara }),
  ).toEqual({ ok: true });
});
afterEach(() => fresh.drop());

const recordOf = async (value: string) =>
  (
    await fresh.world.db.patientIdentifier.findUniqueOrThrow({
      where: { issuer_value: { issuer: 'RIVERBEND', value } },
    })
  ).patientId;

const onPaper = async () => {
  fresh.clock.advance(minutes(1));
  const filed = await enterRequest(fresh.world, {
    ...{ actor: dana, kind: 'optOut', locale: 'en', submissionKey: crypto.randomUUID() },
    ...{ patientId: tor, channel: 'paper', receivedAt: new Date(fresh.clock.now().getTime() - hours(1)) },
    details: {
      ...{ purposes: ['aiTraining'], vendors: 'all', studies: 'all', coversDeidentified: true },
      wordingVersion: optOutWordingVersion,
    },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return (await fresh.world.db.optOut.findFirstOrThrow({ where: { requestId: filed.requestId } })).id;
};

const join = async () => {
  fresh.clock.advance(minutes(1));
  const records = { survivorId: zoe.patientId, mergedId: tor };
  expect(await mergeRecords(fresh.world, { actor: dana, ...records, reason: 'One person' })).toEqual({
    ok: true,
  });
  fresh.clock.advance(minutes(1));
};
const part = async () => {
  fresh.clock.advance(minutes(1));
  const { id } = await fresh.world.db.patientMerge.findFirstOrThrow({ where: { unmergedAt: null } });
  expect((await unmergeRecords(fresh.world, { actor: dana, mergeId: id, reason: 'Two people' })).ok).toBe(
    true,
  );
  fresh.clock.advance(minutes(1));
};

const letters = async () => {
  const waiting = { kind: 'choiceEnds', sentAt: null, deadAt: null };
  const found = await fresh.world.db.notice.findMany({ where: waiting });
  for (const { id: noticeId } of found)
    await sendNotice({ ...fresh.world, mailer: { send: () => Promise.resolve() } }, { noticeId });
  return found.map(({ userId }) => userId);
};

async function* lines(text: string) {
  yield Buffer.from(text);
}

/** What each of those who read the end of a "no" makes of it. */
const readers = async (optOutId: string) => {
  const { world, clock } = fresh;
  const client = await world.db.machineClient.findFirstOrThrow();
  const checked = await answerCheck(world, client, {
    ...{ purpose: 'MLTRAINING', recipient: 'umbra', identifiable: true, at: null },
    items: [{ patientId: 'RB000533', issuer: 'RIVERBEND' }],
  });
  const list = await filterCohort(
    world,
    { kind: 'person', person: dana },
    { purpose: 'MLTRAINING', recipient: 'umbra', identifiable: true },
    { body: lines('patient_id,issuer\nRB000533,RIVERBEND\n'), cameWhole: () => true },
  );
  if (!list.ok) throw new Error(list.refusal.reason);
  let rows = '';
  for (let piece = await list.rows.next(); !piece.done; piece = await list.rows.next())
    rows += Buffer.from(piece.value).toString();
  const consents = await findConsents(world, dana, {
    ...{ patientIds: [tor], ids: [optOutId], status: 'active', isResearch: false, actors: null },
    ...{ periods: [], changed: [], after: null, atMost: 10, company: null },
  });
  const [now, question] = [
    clock.now(),
    { purpose: 'MLTRAINING', vendorId: umbra, identifiable: true, studyUid: null },
  ];
  const { later } = await answersAsOf(world.db, tor, question, { at: now, knownAt: now });
  const history = (await optOutHistory(world.db, tor)).find(({ id }) => id === optOutId);
  return {
    check: checked.results[0]?.decision,
    list: rows.includes('RB000533') ? 'permit' : 'deny',
    asOf: later.answer.decision,
    fhir: consents.facts.length === 1 ? 'deny' : 'permit',
    page: history && stillCounts(history, now) ? 'deny' : 'permit',
  };
};
const each = (decision: 'permit' | 'deny') => ({
  ...{ check: decision, list: decision, asOf: decision },
  ...{ fhir: decision, page: decision },
});

describe('a “no” with an end, said by somebody who cannot be asked', () => {
  let no: string;
  beforeEach(async () => {
    no = await onPaper();
    fresh.clock.advance(days(340));
  });

  it('ends while the one who was asked is the same person, and no longer', async () => {
    await join();
    await remind(fresh.world);
    expect(await letters()).toEqual([zoe.id]);
    expect(await readers(no)).toEqual(each('deny'));
    fresh.clock.advance(days(31));
    expect(await readers(no)).toEqual(each('permit'));
    await part();
    expect(await readers(no)).toEqual(each('deny'));
    await join();
    expect(await readers(no)).toEqual(each('permit'));
    await part();
  });

  it('does not end by a letter that went out after the records were parted', async () => {
    await join();
    await remind(fresh.world);
    await part();
    await letters();
    fresh.clock.advance(days(60));
    await remind(fresh.world);
    expect(await letters()).toEqual([]);
    expect(await fresh.world.db.optOutAsk.findMany({ where: { optOutId: no } })).toEqual([]);
    expect(await readers(no)).toEqual(each('deny'));
    await join();
    expect(await readers(no)).toEqual(each('deny'));
    await part();
  });

  it('is asked about again once somebody can be asked whose word it is', async () => {
    await join();
    await remind(fresh.world);
    await letters();
    await part();
    const { id: account } = await fresh.world.db.user.create({
      data: {
        ...{ email: `tor.${no}@demo.example`, displayName: 'Tor', role: 'patient', locale: 'en' },
        ...{ passwordHash: 'none', patientId: tor, createdAt: fresh.clock.now() },
      },
    });
    await remind(fresh.world);
    expect(await letters()).toContain(account);
    fresh.clock.advance(days(31));
    expect(await readers(no)).toEqual(each('permit'));
    await remind(fresh.world);
    expect(await letters()).toEqual([]);
  });
});
