import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { changeSetting, newestSetting } from '#app/facility/settings.server.ts';
import { remind } from '#app/jobs/remind.server.ts';
import { sendNotice } from '#app/jobs/send-notice.server.ts';
import { endingChoices, endingCounts } from '#app/optouts/ending.server.ts';
import type { EndingStanding } from '#app/optouts/ending.ts';
import { mergeRecords } from '#app/people/merging.server.ts';
import { enterRequest } from '#app/requests/filing.server.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { freshWorld, hours, minutes, personOf, type FreshWorld } from '#tests/support/world.ts';

// What officers see of choices that end by what the facility set.

let fresh: FreshWorld;
let dana: Person;
const days = (count: number) => hours(24 * count);

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  dana = await personOf(fresh.world, 'staff');
  const actor = await personOf(fresh.world, 'privacyOfficer');
  const { versionId, value } = await newestSetting(fresh.world.db, 'choices');
  const setting = { ...value, noCountsFor: 1, askDaysBefore: 30 };
  expect(
    await changeSetting(fresh.world, { name: 'choices', value: setting, expected: versionId, actor }),
  ).toEqual({ ok: true });
});
afterAll(() => fresh.drop());

const recordOf = async (value: string) =>
  (
    await fresh.world.db.patientIdentifier.findUniqueOrThrow({
      where: { issuer_value: { issuer: 'RIVERBEND', value } },
    })
  ).patientId;
const onPaper = async (patientId: string) => {
  const filed = await enterRequest(fresh.world, {
    ...{ actor: dana, kind: 'optOut', locale: 'en', submissionKey: crypto.randomUUID() },
    ...{ patientId, channel: 'paper', receivedAt: new Date(fresh.clock.now().getTime() - hours(1)) },
    details: {
      ...{ purposes: ['aiTraining'], vendors: 'all', studies: 'all', coversDeidentified: true },
      wordingVersion: optOutWordingVersion,
    },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return (await fresh.world.db.optOut.findFirstOrThrow({ where: { requestId: filed.requestId } })).id;
};
/** Where these choices stand, by the list; which says the same as the numbers. */
const standings = async (...ids: string[]) => {
  const { db } = fresh.world;
  const now = fresh.clock.now();
  const counts = await endingCounts(db, now);
  const all = await endingChoices(db, { standing: null, page: 1, now });
  expect(all).toHaveLength(counts.choices);
  for (const standing of Object.keys(counts.by) as EndingStanding[])
    expect(await endingChoices(db, { standing, page: 1, now })).toHaveLength(counts.by[standing]!.choices);
  return { ...counts, of: ids.map((id) => all.find((one) => one.id === id)?.standing ?? null) };
};
const letter = () => fresh.world.db.notice.findFirstOrThrow({ where: { kind: 'choiceEnds' } });

it('are counted by what became of asking about them, until they have ended', async () => {
  const { world, clock } = fresh;
  const [zoe, tor] = [
    await fileOptOut(world, { mrn: 'RB000902' }),
    await onPaper(await recordOf('RB000533')),
  ];
  expect(await standings(zoe, tor)).toMatchObject({ choices: 0, patients: 0, of: [null, null] });
  clock.advance(days(320));
  expect(await standings(zoe, tor)).toMatchObject({ choices: 2, patients: 2, of: ['later', 'later'] });
  clock.advance(days(17));
  // The job that asks has not run: who has an account can be asked.
  expect((await standings(zoe, tor)).of).toEqual(['later', 'nobody']);
  await remind(world);
  expect((await standings(zoe, tor)).of).toEqual(['onItsWay', 'nobody']);
  const { id: noticeId } = await letter();
  await world.db.notice.update({ where: { id: noticeId }, data: { deadAt: clock.now(), failure: '550' } });
  expect((await standings(zoe, tor)).of).toEqual(['undelivered', 'nobody']);
  await world.db.notice.update({ where: { id: noticeId }, data: { deadAt: null, failure: null } });
  await sendNotice({ ...world, mailer: { send: () => Promise.resolve() } }, { noticeId });
  expect((await standings(zoe, tor)).of).toEqual(['asked', 'nobody']);

  // Records that are joined are one patient, and whoever can be asked of the one is asked of the other.
  const join = { actor: dana, survivorId: await recordOf('RB000902'), mergedId: await recordOf('RB000533') };
  clock.advance(minutes(1));
  expect(await mergeRecords(world, { ...join, reason: 'One person' })).toEqual({ ok: true });
  expect(await standings(zoe, tor)).toMatchObject({ choices: 2, patients: 1 });

  // A "no" that nobody was asked about stands beyond its day.
  clock.advance(days(40));
  expect((await standings(zoe, tor)).of).toEqual([null, 'later']);
  await remind(world);
  expect((await standings(tor)).of).toEqual(['onItsWay']);
});
