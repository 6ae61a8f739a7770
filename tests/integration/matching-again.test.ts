import { Logger, runOnce } from 'graphile-worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import { auditEventItem } from '#app/disclosures/ingest/fhir/read.ts';
import { takeIn, takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { changeFacility, facilitySettings } from '#app/facility/facility.server.ts';
import { queuePreset } from '#app/jobs/queue-preset.ts';
import { settleWaitingJob } from '#app/jobs/settle-held.server.ts';
import { mergeRecords } from '#app/people/merging.server.ts';
import { addIdentifier, addPatient } from '#app/people/patients.server.ts';
import { bytesOf, messageXml, patientXml, studyXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { freshWorld, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

// What is changed elsewhere, and lets reports be settled that wait: nobody has to know that they wait for it.

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterAll(() => fresh.drop());

const settleQueued = () =>
  runOnce({
    preset: queuePreset,
    pgPool: fresh.world.database.pool,
    taskList: {
      'settle-waiting': (payload) => settleWaitingJob(fresh.world, payload),
      'owe-after-joining': () => undefined,
    },
    logger: new Logger(() => () => undefined),
    noHandleSignals: true,
  });
const releasesOf = (patientId: string) => fresh.world.db.disclosure.count({ where: { patientId } });
const waitingAs = (groupKind: string) => fresh.world.db.waitingRecord.count({ where: { groupKind } });

let made = 0;
async function newPatient(familyName: string, givenName: string): Promise<string> {
  const actor = await personOf(fresh.world, 'staff');
  const added = await addPatient(fresh.world, {
    actor,
    person: {
      familyName,
      givenName,
      bornOn: `1950-01-${String((made += 1)).padStart(2, '0')}`,
      number: { issuer: 'RIVERBEND', value: `NEW${made}` },
    },
    lookedAt: [],
  });
  if (!added.ok) throw new Error(added.refusal);
  return added.patientId;
}

it('records that are joined: what is said of one of them is no contradiction to the number of the other', async () => {
  const actor = await personOf(fresh.world, 'staff');
  const [first, second] = [await newPatient('Brandt', 'Ilse'), await newPatient('Quist', 'Maren')];
  const third = await newPatient('Falk', 'Tove');
  const told = (number: string, name: string, day: string) =>
    takeInDicomAudit(fresh.world, {
      bytes: bytesOf(
        messageXml({
          dateTime: `2026-10-${day}T08:00:00Z`,
          objects: [patientXml(`${number}^^^RIVERBEND`, name), studyXml()],
        }),
      ),
      channel: 'dicomAuditHttp',
      actor: somebody,
      now: fresh.clock.now(),
    });
  for (const [number, name, day] of [
    ['NEW1', 'QUIST^Maren', '01'],
    ['NEW2', 'BRANDT^Ilse', '02'],
    ['NEW3', 'BRANDT^Ilse', '03'],
  ] as const)
    expect((await told(number, name, day)).results).toMatchObject([{ reason: 'patientContradicted' }]);
  const waited = await waitingAs('patientContradicted');
  const join = (survivorId: string, mergedId: string) =>
    mergeRecords(fresh.world, { actor, survivorId, mergedId, reason: 'One person' });
  expect(await join(first, second)).toEqual({ ok: true });
  await settleQueued();
  expect([await releasesOf(first), await releasesOf(second), await releasesOf(third)]).toEqual([1, 1, 0]);
  expect(await waitingAs('patientContradicted')).toBe(waited - 2);
  // A third record: also the numbers of those that were joined before.
  expect(await join(third, first)).toEqual({ ok: true });
  await settleQueued();
  expect(await releasesOf(third)).toBe(1);
  expect(await waitingAs('patientContradicted')).toBe(waited - 3);
});

it('the facility’s own issuer: references, which say none, are of its numbers', async () => {
  const actor = await personOf(fresh.world, 'staff');
  const patientId = await newPatient('Moreau', 'Lise');
  await addIdentifier(fresh.world, { actor, patientId, issuer: 'RIVERBEND-NEW', value: 'N-77' });
  const dcm = 'http://dicom.nema.org/resources/ontology/DCM';
  const agent = (code: string, display: string) => ({
    type: { coding: [{ system: dcm, code }] },
    who: { display },
  });
  const event = {
    resourceType: 'AuditEvent',
    type: { system: dcm, code: '110106' },
    recorded: '2026-10-02T00:00:00Z',
    outcome: '0',
    agent: [agent('110153', 'RIVERPACS'), agent('110152', 'KESTREL_RES')],
    source: { observer: { display: 'RIVERPACS' } },
    entity: [
      { what: { reference: 'Patient/n-77' }, type: { code: '1' }, role: { code: '1' } },
      { what: { identifier: { system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' } } },
    ],
  };
  const { results } = await takeIn(fresh.world, {
    channel: 'fhirHttp',
    actor: somebody,
    now: fresh.clock.now(),
    items: [auditEventItem(bytesOf(JSON.stringify(event)))],
  });
  expect(results).toMatchObject([{ reason: 'patientUnknown' }]);
  await settleQueued();
  expect(await releasesOf(patientId)).toBe(0);
  const set = async (change: object) => {
    const before = await facilitySettings(fresh.world.db);
    if (!before) throw new Error('the facility is set up');
    await inTransaction(fresh.world.db, (tx) =>
      changeFacility(tx, { settings: { ...before, ...change }, actor, at: fresh.clock.now() }),
    );
  };
  const queued = async () =>
    (await fresh.world.database.pool.query('select 1 from graphile_worker.jobs')).rowCount;
  const before = await queued();
  await set({ phone: '555-0177' });
  expect(await queued()).toBe(before);
  await set({ issuer: 'RIVERBEND-NEW' });
  await settleQueued();
  expect(await releasesOf(patientId)).toBe(1);
});
