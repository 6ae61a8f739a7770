import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { asPatient } from '#app/db/as-patient.server.ts';
import { readAccounting } from '#app/disclosures/accounting.server.ts';
import { releaseCount } from '#app/disclosures/accounting.ts';
import { disclosuresOfPatient } from '#app/disclosures/disclosures.server.ts';
import { takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { changeSetting, newestSetting } from '#app/facility/settings.server.ts';
import { answerCheck } from '#app/optouts/checks.server.ts';
import { optOutHistory } from '#app/optouts/history.server.ts';
import { optOutRecordsOf } from '#app/optouts/optouts.server.ts';
import { eventsOfPatient } from '#app/people/activity.server.ts';
import { createAccount, disableAccount, enableAccount, RecordNotFree } from '#app/people/accounts.server.ts';
import { inviteToRecord } from '#app/people/invitations.server.ts';
import { mergeRecords, unmergeRecords } from '#app/people/merging.server.ts';
import { enablePerson } from '#app/people/people-admin.server.ts';
import { addIdentifier } from '#app/people/patients.server.ts';
import { newTotpSecret } from '#app/people/totp.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { draftAnswer } from '#app/requests/answer.server.ts';
import { requestsOfPatient } from '#app/requests/reading.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { bytesOf, messageXml, patientXml, studyXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { connected } from '#tests/support/database.ts';
import { fileList, fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterEach(() => fresh.drop());

const recordOf = async (value: string, issuer = 'RIVERBEND') => {
  const found = await fresh.world.db.patientIdentifier.findUniqueOrThrow({
    where: { issuer_value: { issuer, value } },
    select: { patientId: true },
  });
  return found.patientId;
};

const check = async (...mrns: string[]) => {
  const client = await fresh.world.db.machineClient.findFirstOrThrow();
  const { results } = await answerCheck(fresh.world, client, {
    purpose: 'MLTRAINING',
    recipient: 'umbra',
    identifiable: true,
    at: null,
    items: mrns.map((patientId) => ({ patientId, issuer: 'RIVERBEND' })),
  });
  return results.map(({ decision }) => decision);
};

const merge = async (survivorId: string, mergedId: string) =>
  mergeRecords(fresh.world, {
    actor: await personOf(fresh.world, 'staff'),
    survivorId,
    mergedId,
    reason: 'Same person, seen at the desk',
  });

const unmerge = async (mergedId: string) => {
  const { id } = await fresh.world.db.patientMerge.findFirstOrThrow({
    where: { mergedId, unmergedAt: null },
  });
  return unmergeRecords(fresh.world, {
    actor: await personOf(fresh.world, 'staff'),
    mergeId: id,
    reason: 'Two people after all',
  });
};

/** From now on nothing goes for the training of AI without a “yes”. */
const askPermission = async () => {
  const { world } = fresh;
  const { versionId, value } = await newestSetting(world.db, 'choices');
  const asked = { ...value, permission: ['aiTraining' as const] };
  const actor = await personOf(world, 'privacyOfficer');
  expect(await changeSetting(world, { name: 'choices', value: asked, expected: versionId, actor })).toEqual({
    ok: true,
  });
};

/** A “yes” to the training of AI. */
const yes = async (by: Person, replaces?: string, vendors: 'all' | string[] = 'all') => {
  const { world, clock } = fresh;
  clock.advance(60_000);
  const filed = await submitRequest(world, {
    actor: by,
    kind: 'optOut',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: {
      act: 'permitted',
      purposes: ['aiTraining'],
      vendors,
      studies: 'all',
      coversDeidentified: true,
      wordingVersion: optOutWordingVersion,
      ...(replaces ? { replaces } : {}),
    },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  const where = { requestId: filed.requestId, act: 'permitted' as const };
  return (await world.db.optOut.findFirstOrThrow({ where })).id;
};

describe('joined records', () => {
  it('a “no” in one stops exports under the numbers of all, until they are parted again', async () => {
    const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
    await fileOptOut(fresh.world, { purposes: ['aiTraining'] });
    expect(await check('RB000417', 'RB000533', 'RB000902')).toEqual(['deny', 'permit', 'permit']);
    expect(await merge(tor, ines)).toEqual({ ok: true });
    expect(await check('RB000417', 'RB000533', 'RB000902')).toEqual(['deny', 'deny', 'permit']);
    await unmerge(ines);
    expect(await check('RB000417', 'RB000533', 'RB000902')).toEqual(['deny', 'permit', 'permit']);
  });

  it('holds through a chain of three, from whichever of them is asked', async () => {
    const [ines, tor, zoe] = [
      await recordOf('RB000417'),
      await recordOf('RB000533'),
      await recordOf('RB000760'),
    ];
    await fileOptOut(fresh.world, { purposes: ['aiTraining'] });
    expect(await merge(tor, ines)).toEqual({ ok: true });
    expect(await merge(zoe, tor)).toEqual({ ok: true });
    for (const id of [ines, tor, zoe])
      expect((await recordGroup(fresh.world.db, id)).sort()).toEqual([ines, tor, zoe].sort());
    expect(await check('RB000417', 'RB000533', 'RB000760')).toEqual(['deny', 'deny', 'deny']);
    await unmerge(tor);
    expect(await check('RB000417', 'RB000533', 'RB000760')).toEqual(['deny', 'deny', 'permit']);
  });

  it('taking back the “no” of one leaves the “no” of the other in force, which goes when it is taken back too', async () => {
    const [ines, zoe] = [await recordOf('RB000417'), await recordOf('RB000902')];
    const own = await fileOptOut(fresh.world, { purposes: ['aiTraining'] });
    const others = await fileOptOut(fresh.world, { mrn: 'RB000902', purposes: ['aiTraining'] });
    await fresh.world.db.user.updateMany({
      where: { patientId: zoe },
      data: { disabledAt: fresh.world.clock() },
    });
    expect(await merge(ines, zoe)).toEqual({ ok: true });
    await withdrawOptOut(fresh.world, own);
    expect(await check('RB000417', 'RB000902')).toEqual(['deny', 'deny']);
    // The one that was filed for the other record goes too, for as long as the two are one person, and no longer.
    await withdrawOptOut(fresh.world, others);
    expect(await check('RB000417', 'RB000902')).toEqual(['permit', 'permit']);
    await expect(withdrawOptOut(fresh.world, others)).rejects.toThrow('alreadyWithdrawn');
    await unmerge(zoe);
    expect(await check('RB000417', 'RB000902')).toEqual(['permit', 'deny']);
    await fresh.world.db.user.updateMany({ where: { patientId: zoe }, data: { disabledAt: null } });
    expect((await optOutHistory(fresh.world.db, zoe))[0]).toMatchObject({ id: others, withdrawnAt: null });
    await withdrawOptOut(fresh.world, others, 'RB000902');
    expect(await check('RB000902')).toEqual(['permit']);
  });

  it('a “yes” that was taken back or replaced while they were joined stays so when they are parted', async () => {
    const { world, clock } = fresh;
    const [ines, zoe] = [await recordOf('RB000417'), await recordOf('RB000902')];
    await askPermission();
    const others = await patientOf(world, 'RB000902');
    const joined = async (work: () => Promise<unknown>) => {
      await world.db.user.update({ where: { id: others.id }, data: { disabledAt: world.clock() } });
      expect(await merge(ines, zoe)).toEqual({ ok: true });
      await work();
      clock.advance(60_000);
      await unmerge(zoe);
      await world.db.user.update({ where: { id: others.id }, data: { disabledAt: null } });
    };

    const first = await yes(others);
    expect(await check('RB000417', 'RB000902')).toEqual(['deny', 'permit']);
    let wider = '';
    await joined(async () => {
      wider = await yes(await patientOf(world, 'RB000417'), first);
      expect(await check('RB000417', 'RB000902')).toEqual(['permit', 'permit']);
      const found = (await optOutHistory(world.db, ines)).find(({ id }) => id === first);
      const { requestId } = await world.db.optOut.findUniqueOrThrow({ where: { id: wider } });
      expect(found?.replacedBy).toMatchObject({ requestId });
    });
    expect(await check('RB000417', 'RB000902')).toEqual(['permit', 'deny']);

    const second = await yes(others);
    expect(await check('RB000902')).toEqual(['permit']);
    await joined(() => withdrawOptOut(world, second));
    expect(await check('RB000417', 'RB000902')).toEqual(['permit', 'deny']);
    // Their page tells of it without the request, which is the other’s.
    const seen = await asPatient(world, { patientId: zoe, accountId: others.id }, ({ db }) =>
      optOutHistory(db, zoe),
    );
    expect(seen.map(({ id, withdrawnAt, replacedBy }) => [id, withdrawnAt !== null, replacedBy])).toEqual([
      [second, true, null],
      [first, true, null],
    ]);

    // Narrowed while they are parted: joined again, the wider "yes" that was given for both is back for neither.
    const { id: kestrel } = await world.db.vendor.findUniqueOrThrow({ where: { slug: 'kestrel' } });
    expect(await check('RB000417', 'RB000902')).toEqual(['permit', 'deny']);
    await yes(await patientOf(world, 'RB000417'), wider, [kestrel]);
    await joined(async () => {
      expect(await check('RB000417', 'RB000902')).toEqual(['deny', 'deny']);
      const known = await optOutRecordsOf(world.db, [zoe]);
      expect(
        known
          .get(zoe)
          ?.filter(({ act }) => act === 'permitted')
          .map(({ id }) => id),
      ).toContain(wider);
    });
  });

  it('a “yes” that is filed while they are being parted is given for the one alone', async () => {
    const { world } = fresh;
    const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
    await askPermission();
    expect(await merge(ines, tor)).toEqual({ ok: true });
    await connected(fresh.databaseUrl, async (parting) => {
      await parting.query('begin');
      await parting.query('update patient set merged_into_id = null where id = $1', [tor]);
      const filing = yes(await patientOf(world, 'RB000417'));
      await expect
        .poll(async () => {
          const { rowCount } = await parting.query(
            `select from pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database() and not l.granted`,
          );
          return rowCount;
        })
        .toBeGreaterThan(0);
      await parting.query('commit');
      const { givenForIds } = await world.db.optOut.findUniqueOrThrow({ where: { id: await filing } });
      expect(givenForIds).toEqual([ines]);
    });
  });

  it('the patient sees both histories, and the accounting covers both', async () => {
    const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
    const counts = async (id: string) =>
      (await disclosuresOfPatient(fresh.world.db, id, { now: fresh.world.clock() })).length;
    const alone = { ines: await counts(ines), tor: await counts(tor) };
    expect(alone.ines).toBeGreaterThan(0);
    const optOut = await fileOptOut(fresh.world);
    expect(await merge(tor, ines)).toEqual({ ok: true });
    expect(await counts(ines)).toBe(alone.ines + alone.tor);
    expect(await counts(tor)).toBe(alone.ines + alone.tor);
    expect((await optOutHistory(fresh.world.db, tor)).map(({ id }) => id)).toEqual([optOut]);
    expect(await requestsOfPatient(fresh.world.db, tor)).toHaveLength(1);
    const types = (
      await eventsOfPatient(fresh.world.db, tor, ['optOut.filed', 'patient.merged'], { most: 10, hidden: [] })
    ).map(({ type }) => type);
    expect(types).toEqual(['patient.merged', 'patient.merged', 'optOut.filed']);

    const actor = await patientOf(fresh.world, 'RB000417');
    const filed = await fileList(fresh.world, actor);
    const staff = await personOf(fresh.world, 'staff');
    await draftAnswer(
      fresh.world,
      { requestId: filed.requestId, expectedVersion: 1, actor: staff },
      { note: null },
    );
    const { id } = await fresh.world.db.accounting.findFirstOrThrow({
      where: { requestId: filed.requestId },
    });
    const document = await readAccounting(fresh.world.db, fresh.world.keys, id);
    expect(releaseCount([...document.requiredByLaw, ...document.alsoShown])).toBe(alone.ines + alone.tor);
    expect(document.patient.identifiers.map(({ value }) => value).sort()).toEqual(['RB000417', 'RB000533']);

    await unmerge(ines);
    expect(await counts(tor)).toBe(alone.tor);
    expect(await requestsOfPatient(fresh.world.db, tor)).toHaveLength(0);
  });
});

it('one transfer that two systems report under two numbers of one person is one line of the accounting', async () => {
  const { world, clock } = fresh;
  const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
  expect(await merge(tor, ines)).toEqual({ ok: true });
  const report = (patient: string, source: string) =>
    takeInDicomAudit(world, {
      channel: 'dicomAuditHttp',
      actor: { kind: 'system', name: 'Test' },
      now: clock.now(),
      bytes: bytesOf(
        messageXml({
          dateTime: '2026-11-20T09:00:00Z',
          auditSource: `<AuditSourceIdentification AuditSourceID="${source}"/>`,
          objects: [patient, studyXml()],
        }),
      ),
    });
  const sent = await report(patientXml('RB000417^^^RIVERBEND'), 'SENDER');
  const received = await report(patientXml('RB000533^^^RIVERBEND', 'Lindqvist^Tor'), 'RECEIVER');
  expect(received.results).toEqual([{ ...sent.results[0], state: 'duplicate' }]);
});

describe('joining', () => {
  it('keeps its history with both reasons, and tells both records', async () => {
    const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
    await merge(tor, ines);
    await unmerge(ines);
    expect(await merge(tor, ines)).toEqual({ ok: true });
    const rows = await fresh.world.db.patientMerge.findMany({ orderBy: { mergedAt: 'asc' } });
    expect(rows.map(({ unmergedAt }) => unmergedAt === null).sort()).toEqual([false, true]);
    const events = await fresh.world.db.auditEvent.findMany({
      where: { type: { in: ['patient.merged', 'patient.unmerged'] }, patientId: tor },
      select: { type: true, reason: true, visibleToPatient: true },
      orderBy: { id: 'asc' },
    });
    expect(events.map(({ type }) => type)).toEqual(['patient.merged', 'patient.unmerged', 'patient.merged']);
    expect(events[1]).toMatchObject({ reason: 'Two people after all', visibleToPatient: true });
  });

  it('makes no circle: of two who join the same records the other way round at once, one wins', async () => {
    const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
    for (let turn = 0; turn < 10; turn++) {
      const done = await Promise.all([merge(tor, ines), merge(ines, tor)]);
      expect(done.map(({ ok }) => ok).sort()).toEqual([false, true]);
      const heads = await fresh.world.db.patient.findMany({
        where: { id: { in: [ines, tor] }, mergedIntoId: null },
      });
      expect(heads).toHaveLength(1);
      await unmerge(heads[0]?.id === tor ? ines : tor);
    }
  });

  it('parts once, also when two do it at once', async () => {
    const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
    await merge(tor, ines);
    const { id } = await fresh.world.db.patientMerge.findFirstOrThrow();
    const actor = await personOf(fresh.world, 'staff');
    const part = () => unmergeRecords(fresh.world, { actor, mergeId: id, reason: 'twice' });
    const done = await Promise.all([part(), part(), part()]);
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await fresh.world.db.auditEvent.count({ where: { type: 'patient.unmerged' } })).toBe(2);
  });

  it('is refused for the same record, one that is joined already, and two with open accounts', async () => {
    const [ines, tor, zoe] = [
      await recordOf('RB000417'),
      await recordOf('RB000533'),
      await recordOf('RB000902'),
    ];
    expect(await merge(ines, ines)).toEqual({ ok: false, refusal: 'sameRecord' });
    expect(await merge(ines, crypto.randomUUID())).toEqual({ ok: false, refusal: 'notFound' });
    expect(await merge(ines, zoe)).toEqual({ ok: false, refusal: 'bothHaveAccounts' });
    await merge(tor, ines);
    expect(await merge(await recordOf('RB000760'), ines)).toEqual({ ok: false, refusal: 'mergedAlready' });
    // Through the group: the survivor stands for a record that has an account.
    expect(await merge(zoe, tor)).toEqual({ ok: false, refusal: 'bothHaveAccounts' });
    const actor = await personOf(fresh.world, 'staff');
    expect(await inviteToRecord(fresh.world, { actor, patientId: tor, delivery: 'desk' })).toEqual({
      ok: false,
      refusal: 'hasAccount',
    });
  });
});

describe('one person’s records', () => {
  const openOn = async (patientId: string) =>
    fresh.world.db.user.count({
      where: { patientId: { in: await recordGroup(fresh.world.db, patientId) }, disabledAt: null },
    });
  const accountOf = async (mrn: string) => {
    const { id } = await patientOf(fresh.world, mrn);
    return fresh.world.db.user.findUniqueOrThrow({ where: { id }, select: { id: true, email: true } });
  };

  it('have one open account at most: the other one is opened again only once they are parted', async () => {
    const [ines, zoe] = [await recordOf('RB000417'), await recordOf('RB000902')];
    const [own, other] = [await accountOf('RB000417'), await accountOf('RB000902')];
    const officer = await personOf(fresh.world, 'privacyOfficer');
    await disableAccount(fresh.world, other.email, officer);
    expect(await merge(ines, zoe)).toEqual({ ok: true });
    const refused = { ok: false, refusal: 'recordHasAccount' };
    expect(await enableAccount(fresh.world, { email: other.email }, officer)).toEqual(refused);
    expect(await enablePerson(fresh.world, { actor: officer, userId: other.id })).toEqual(refused);
    // Both shut: of two that are opened at once, one is.
    await disableAccount(fresh.world, own.email, officer);
    const both = await Promise.all([own, other].map(({ id }) => enableAccount(fresh.world, { id }, officer)));
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
    await unmerge(zoe);
    const left = both[0]?.ok ? other : own;
    expect(await enableAccount(fresh.world, { id: left.id }, officer)).toEqual({ ok: true });
  });

  it('stay so when an account is opened while they are joined', async () => {
    const [ines, zoe] = [await recordOf('RB000417'), await recordOf('RB000902')];
    const other = await accountOf('RB000902');
    const officer = await personOf(fresh.world, 'privacyOfficer');
    for (let turn = 0; turn < 6; turn++) {
      await disableAccount(fresh.world, other.email, officer);
      const [joined, opened] = await Promise.all([
        turn % 2 ? merge(ines, zoe) : merge(zoe, ines),
        enableAccount(fresh.world, { id: other.id }, officer),
      ]);
      expect([joined.ok, opened.ok].sort()).toEqual([false, true]);
      expect(await openOn(ines)).toBe(1);
      if (joined.ok) await unmerge(turn % 2 ? zoe : ines);
    }
  });

  it('take no account that is made beside, through whichever of them', async () => {
    const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
    await merge(tor, ines);
    const make = (patientId: string) =>
      createAccount(
        fresh.world,
        {
          email: 'second@example.org',
          displayName: 'Second',
          role: 'patient',
          locale: 'en',
          password: 'a long enough one for this',
          totpSecret: newTotpSecret(),
          patientId,
        },
        { kind: 'system', name: 'Test' },
      );
    for (const patientId of [ines, tor]) await expect(make(patientId)).rejects.toThrow(RecordNotFree);
  });
});

describe('a patient number', () => {
  it('that another record has is refused with that record, and nothing is changed', async () => {
    const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
    const actor = await personOf(fresh.world, 'staff');
    const add = (patientId: string, value: string) =>
      addIdentifier(fresh.world, { actor, patientId, issuer: 'RIVERBEND', value });
    expect(await add(tor, 'RB000417')).toEqual({ ok: false, refusal: 'ofAnother', otherId: ines });
    expect(await add(tor, 'RB000533')).toEqual({ ok: false, refusal: 'already' });
    const both = await Promise.all([add(tor, 'RB777777'), add(ines, 'RB777777')]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await fresh.world.db.auditEvent.count({ where: { type: 'patient.identifierAdded' } })).toBe(1);
  });
});
