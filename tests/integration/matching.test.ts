import { Logger, runOnce } from 'graphile-worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disclosuresOfPatient, heldMessages } from '#app/disclosures/disclosures.server.ts';
import { dicomAuditItem } from '#app/disclosures/ingest/dicom-audit/item.ts';
import { distrusted } from '#app/disclosures/ingest/dicom-audit/reading.ts';
import { auditEventItem } from '#app/disclosures/ingest/fhir/read.ts';
import { takeIn, takeInDicomAudit, type IngestAnswer } from '#app/disclosures/ingest/intake.server.ts';
import { held } from '#app/disclosures/ingest/settle.server.ts';
import { takeCalls } from '#app/disclosures/ingest/take-calls.server.ts';
import { tryGroupAgain } from '#app/disclosures/matching-again.server.ts';
import { decideGroup, previewDecision, type Choice } from '#app/disclosures/matching-decide.server.ts';
import {
  waitingGroupById,
  waitingGroups,
  type WaitingGroup,
} from '#app/disclosures/matching-queue.server.ts';
import { settleDecided } from '#app/disclosures/matching-settle.server.ts';
import { undoDecision } from '#app/disclosures/matching-undo.server.ts';
import { unsettle } from '#app/disclosures/matching-unsettle.server.ts';
import { undoableFor, type GroupKind } from '#app/disclosures/matching.ts';
import { setSource } from '#app/disclosures/source-settings.server.ts';
import { queuePreset } from '#app/jobs/queue-preset.ts';
import { settleWaitingJob } from '#app/jobs/settle-held.server.ts';
import { sweep } from '#app/jobs/sweep.server.ts';
import { addIdentifier, addPatient } from '#app/people/patients.server.ts';
import { addEndpoint, endEndpoint } from '#app/vendors/register.server.ts';
import {
  bytesOf,
  messageXml,
  patientXml,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { freshWorld, hours, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let kestrel: string;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  kestrel = (
    await fresh.world.db.vendor.findUniqueOrThrow({ where: { slug: 'kestrel' }, select: { id: true } })
  ).id;
});
afterAll(() => fresh.drop());

interface Told {
  to: string;
  host?: string;
  patient?: string;
  name?: string;
  minute: number;
  source?: string;
  day?: string;
  /** Of the event time; of UTC when left out. */
  zone?: string;
  action?: string;
}

const told = ({
  to,
  host,
  patient,
  name,
  minute,
  source,
  day = '2026-10-20',
  zone = 'Z',
  action = 'R',
}: Told) =>
  bytesOf(
    messageXml({
      action,
      dateTime: new Date(new Date(`${day}T08:00:00Z`).getTime() + minute * 600_000)
        .toISOString()
        .replace('Z', zone),
      participants: [
        sourceXml,
        `<ActiveParticipant UserID="${to}" UserIsRequestor="false"${host ? ` NetworkAccessPointID="${host}" NetworkAccessPointTypeCode="1"` : ''}><RoleIDCode csd-code="110152"/><UserIDTypeCode csd-code="110119"/></ActiveParticipant>`,
      ],
      ...(source ? { auditSource: `<AuditSourceIdentification AuditSourceID="${source}"/>` } : {}),
      objects: [patientXml(patient, name), studyXml()],
    }),
  );

const take = (bytes: Uint8Array): Promise<IngestAnswer> =>
  takeInDicomAudit(fresh.world, {
    bytes,
    channel: 'dicomAuditHttp',
    actor: somebody,
    now: fresh.clock.now(),
  });
const stateOf = async (bytes: Uint8Array) => (await take(bytes)).results[0]?.state;

async function groupWith(kind: GroupKind, text: string): Promise<WaitingGroup> {
  const { groups } = await waitingGroups(fresh.world.db, { kind });
  const found = groups.find(({ key }) => JSON.stringify(key).includes(text));
  if (!found) throw new Error(`no group ${kind} with ${text} in ${JSON.stringify(groups)}`);
  return found;
}

async function decide(groupId: string, choice: Choice): Promise<string> {
  const actor = await personOf(fresh.world, 'staff');
  const made = await decideGroup(fresh.world, { actor, groupId, choice, reason: 'Asked by phone' });
  if (!made.ok) throw new Error(made.refusal);
  await settleDecided(fresh.world, made.decisionId);
  return made.decisionId;
}

async function undo(decisionId: string): Promise<void> {
  fresh.clock.advance(1);
  const actor = await personOf(fresh.world, 'staff');
  expect(await undoDecision(fresh.world, { actor, decisionId, reason: 'It was another' })).toEqual({
    ok: true,
  });
  await unsettle(fresh.world, decisionId);
}

const patientNumber = async (issuer: string, value: string) =>
  (
    await fresh.world.db.patientIdentifier.findUnique({
      where: { issuer_value: { issuer, value } },
      select: { patientId: true },
    })
  )?.patientId;

async function set(
  auditSourceId: string,
  change: { defaultIssuer?: string; assumedTimeZone?: string },
): Promise<void> {
  const actor = await personOf(fresh.world, 'privacyOfficer');
  const done = await setSource(fresh.world.db, { actor, now: fresh.clock.now(), auditSourceId, change });
  expect(done).toEqual({ ok: true });
}

/** Does what was queued for reports that wait for what was entered. */
const settleEntered = () =>
  runOnce({
    preset: queuePreset,
    pgPool: fresh.world.database.pool,
    taskList: { 'settle-waiting': (payload) => settleWaitingJob(fresh.world, payload) },
    logger: new Logger(() => () => undefined),
    noHandleSignals: true,
  });

const patientId = async (value = 'RB000417') =>
  (
    await fresh.world.db.patientIdentifier.findUniqueOrThrow({
      where: { issuer_value: { issuer: 'RIVERBEND', value } },
      select: { patientId: true },
    })
  ).patientId;
const shown = async () =>
  (await disclosuresOfPatient(fresh.world.db, await patientId(), { now: fresh.world.clock() })).length;
const ownersOf = (value: string) =>
  fresh.world.db.vendorEndpoint.findMany({
    where: { value },
    orderBy: { validFrom: 'asc' },
    select: { vendorId: true, validFrom: true, validTo: true },
  });
const march = new Date('2026-03-01T05:00:00Z');

describe('one decision about an endpoint', () => {
  it('settles what waits and what comes, shows its effect before, and can be undone', async () => {
    const before = await shown();
    const waited = await heldMessages(fresh.world.db);
    for (const minute of [1, 3, 5])
      expect(await stateOf(told({ to: 'KESTREL_R2', minute }))).toBe('unmapped');
    // The receiver's copy of the first.
    await take(told({ to: 'KESTREL_R2', minute: 1, action: 'C' }));
    // Before the endpoint is valid.
    await take(told({ to: 'KESTREL_R2', minute: 1, day: '2026-02-01' }));
    const group = await groupWith('recipientUnknown', 'KESTREL_R2');
    expect(group).toMatchObject({ count: 5, key: { aeTitles: ['KESTREL_R2'] } });

    const choice: Choice = { kind: 'vendorEndpoint', vendorId: kestrel, validFrom: march };
    const actor = await personOf(fresh.world, 'staff');
    const asked = { actor, groupId: group.id, choice, reason: 'Asked by phone' };
    expect(await previewDecision(fresh.world, asked)).toEqual({
      ok: true,
      effect: { waiting: 5, tried: 5, settled: 4, added: 3 },
    });
    expect(await shown()).toBe(before);
    expect(await fresh.world.db.matchingDecision.count({ where: { groupId: group.id } })).toBe(0);

    const decisionId = await decide(group.id, choice);
    expect(await shown()).toBe(before + 3);
    expect((await waitingGroupById(fresh.world.db, group.id))?.count).toBe(1);
    expect(await heldMessages(fresh.world.db)).toBe(waited + 1);
    // Run again, as after a stop half-way.
    await settleDecided(fresh.world, decisionId);
    expect(await shown()).toBe(before + 3);

    fresh.clock.advance(hours(1));
    expect(await stateOf(told({ to: 'KESTREL_R2', minute: 20 }))).toBe('accepted');
    expect(await shown()).toBe(before + 4);

    const rows = await fresh.world.db.disclosure.count();
    await undo(decisionId);
    expect(await shown()).toBe(before);
    // Corrected by new rows; nothing went.
    expect(await fresh.world.db.disclosure.count()).toBe(rows + 4);
    expect((await waitingGroupById(fresh.world.db, group.id))?.count).toBe(6);
    await unsettle(fresh.world, decisionId);
    expect(await fresh.world.db.disclosure.count()).toBe(rows + 4);
    expect(await stateOf(told({ to: 'KESTREL_R2', minute: 30 }))).toBe('unmapped');

    const events = await fresh.world.db.auditEvent.findMany({
      where: { type: { in: ['matching.decided', 'matching.undone', 'endpoint.added', 'endpoint.ended'] } },
      orderBy: { id: 'asc' },
      select: { type: true, reason: true, actorName: true },
    });
    expect(events.map(({ type, reason }) => [type, reason])).toEqual([
      ['endpoint.added', 'Asked by phone'],
      ['matching.decided', 'Asked by phone'],
      ['endpoint.ended', 'It was another'],
      ['matching.undone', 'It was another'],
    ]);

    // Decided anew, it is in the ledger anew.
    await decide(group.id, choice);
    expect(await shown()).toBe(before + 5);
  });

  it('finds the transfer that contradicts a no', async () => {
    await fileOptOut(fresh.world, { mrn: 'RB000417' });
    fresh.clock.advance(hours(24));
    const late = new Date(fresh.clock.now().getTime() - hours(1));
    await take(told({ to: 'KESTREL_R3', minute: 0, day: late.toISOString().slice(0, 10) }));
    const alerts = () => fresh.world.db.auditEvent.count({ where: { type: 'disclosure.contradictsOptOut' } });
    const before = await alerts();
    const group = await groupWith('recipientUnknown', 'KESTREL_R3');
    await decide(group.id, { kind: 'vendorEndpoint', vendorId: kestrel, validFrom: march });
    expect(await alerts()).toBe(before + 1);
  });

  it('of the facility’s own makes them no disclosures, and undone they wait again', async () => {
    const before = await shown();
    await take(told({ to: 'NEWMODALITY', minute: 40 }));
    const group = await groupWith('recipientUnknown', 'NEWMODALITY');
    const decisionId = await decide(group.id, { kind: 'ownEndpoint', validFrom: march });
    expect(await waitingGroupById(fresh.world.db, group.id)).toBeNull();
    expect(await stateOf(told({ to: 'NEWMODALITY', minute: 41 }))).toBe('ignored');
    await undo(decisionId);
    expect((await waitingGroupById(fresh.world.db, group.id))?.count).toBe(2);
    expect(await shown()).toBe(before);
  });
});

describe('what an undone decision held up', () => {
  it('goes where another decision says by now, and is lost to nobody', async () => {
    const before = await shown();
    await take(told({ to: 'TWICE_SAID', minute: 100 }));
    await take(told({ to: 'TWICE_SAID', minute: 100, day: '2026-02-10' }));
    const group = await groupWith('recipientUnknown', 'TWICE_SAID');
    const first = await decide(group.id, { kind: 'ownEndpoint', validFrom: march });
    const validFrom = new Date('2026-02-01T05:00:00Z');
    await decide(group.id, { kind: 'vendorEndpoint', vendorId: kestrel, validFrom });
    expect(await shown()).toBe(before + 1);
    expect((await ownersOf('TWICE_SAID')).map(({ validTo }) => validTo)).toEqual([march, null]);
    // Two owners at once, as a register from before that was refused may hold them.
    await fresh.world.db.vendorEndpoint.create({
      data: { vendorId: kestrel, kind: 'aeTitle', value: 'TWICE_SAID', validFrom: march },
    });
    await undo(first);
    expect(await shown()).toBe(before + 2);
    expect(await waitingGroupById(fresh.world.db, group.id)).toBeNull();
    const settlements = () => fresh.world.db.recordSettlement.count({ where: { decisionId: first } });
    const written = await settlements();
    await unsettle(fresh.world, first);
    expect([await shown(), await settlements()]).toEqual([before + 2, written]);
  });

  it('is of the patient whom the issuer says that was set since', async () => {
    const before = await shown();
    const other = await patientId('RB000902');
    await fresh.world.db.patientIdentifier.create({
      data: { patientId: other, issuer: 'COUNTY', value: 'RB000417', recordedAt: fresh.clock.now() },
    });
    const ofOther = async () =>
      (await disclosuresOfPatient(fresh.world.db, other, { now: fresh.world.clock() })).length;
    const theirs = await ofOther();
    await take(
      told({ to: 'KESTREL_RES', patient: 'RB000417', name: '', source: 'twin-bridge', minute: 101 }),
    );
    const group = await groupWith('issuerUnknown', 'twin-bridge');
    const decisionId = await decide(group.id, { kind: 'sourceIssuer', issuer: 'RIVERBEND' });
    expect(await shown()).toBe(before + 1);
    await set('twin-bridge', { defaultIssuer: 'COUNTY' });
    await undo(decisionId);
    expect([await shown(), await ofOther()]).toEqual([before, theirs + 1]);
    const { defaultIssuer } = await fresh.world.db.auditSource.findUniqueOrThrow({
      where: { auditSourceId: 'twin-bridge' },
    });
    expect(defaultIssuer).toBe('COUNTY');
  });

  it('is what it settled or let in, and no row of another address of that company', async () => {
    const actor = await personOf(fresh.world, 'staff');
    const about = { reason: 'A letter', actor };
    const endpoint = { vendorId: kestrel, kind: 'aeTitle' as const, value: 'SIDE_DOOR', validFrom: march };
    await addEndpoint(fresh.world, { ...endpoint, ...about });
    await take(told({ to: 'FRONT_DOOR', minute: 102 }));
    const group = await groupWith('recipientUnknown', 'FRONT_DOOR');
    const decisionId = await decide(group.id, {
      kind: 'vendorEndpoint',
      vendorId: kestrel,
      validFrom: march,
    });
    fresh.clock.advance(1);
    const before = await shown();
    expect(await stateOf(told({ to: 'SIDE_DOOR', minute: 103 }))).toBe('accepted');
    expect(await stateOf(told({ to: 'FRONT_DOOR', minute: 104 }))).toBe('accepted');
    const { id } = await fresh.world.db.vendorEndpoint.findFirstOrThrow({ where: { value: 'SIDE_DOOR' } });
    expect(await endEndpoint(fresh.world, { id, at: new Date('2026-04-01'), ...about })).toEqual({
      ok: true,
    });
    await undo(decisionId);
    // The two of the front door are taken back.
    expect(await shown()).toBe(before);
    expect((await waitingGroupById(fresh.world.db, group.id))?.count).toBe(2);
  });
});

describe('what was entered elsewhere', () => {
  const someone = { givenName: 'Late', familyName: 'Comer', bornOn: '1950-02-03' };

  it('as a new record with its number: what waited for it is settled, and by decision too', async () => {
    const actor = await personOf(fresh.world, 'staff');
    await take(told({ to: 'KESTREL_RES', patient: 'RB000999^^^RIVERBEND', name: '', minute: 110 }));
    const group = await groupWith('patientUnknown', 'RB000999');
    const number = { issuer: 'RIVERBEND', value: 'RB000999' };
    const added = await addPatient(fresh.world, { actor, person: { ...someone, number }, lookedAt: [] });
    if (!added.ok) throw new Error(added.refusal);
    const theirs = async () =>
      (await disclosuresOfPatient(fresh.world.db, added.patientId, { now: fresh.world.clock() })).length;
    const decided = { actor, groupId: group.id, reason: 'She is here now' };
    const choiceOf = (id: string): Choice => ({ kind: 'patientIdentifier', patientId: id });
    expect(
      await previewDecision(fresh.world, { ...decided, choice: choiceOf(added.patientId) }),
    ).toMatchObject({ effect: { settled: 1, added: 1 } });
    expect(await previewDecision(fresh.world, { ...decided, choice: choiceOf(await patientId()) })).toEqual({
      ok: false,
      refusal: 'numberOfAnother',
    });
    await settleEntered();
    expect(await theirs()).toBe(1);
    expect(await waitingGroupById(fresh.world.db, group.id)).toBeNull();

    await take(told({ to: 'KESTREL_RES', patient: 'X-5^^^COUNTY', name: '', minute: 111 }));
    const older = await groupWith('patientUnknown', 'X-5');
    const { patientId: id } = added;
    expect(
      await addIdentifier(fresh.world, { actor, patientId: id, issuer: 'COUNTY', value: 'X-5' }),
    ).toEqual({ ok: true });
    const decisionId = await decide(older.id, choiceOf(id));
    expect(await theirs()).toBe(2);
    // The decision gave no number, and its undoing takes none away.
    await undo(decisionId);
    expect(await theirs()).toBe(2);
    expect(await patientNumber('COUNTY', 'X-5')).toBe(id);
  });

  it('as the issuer or the time zone of a source', async () => {
    const before = await shown();
    await take(told({ to: 'KESTREL_RES', patient: 'RB000417', source: 'new-bridge', minute: 112 }));
    await take(told({ to: 'KESTREL_RES', source: 'new-bridge', minute: 113, zone: '' }));
    const group = await groupWith('issuerUnknown', 'new-bridge');
    expect((await groupWith('quarantined', 'new-bridge')).key.reason).toBe('eventTimeWithoutZone');
    await set('new-bridge', { defaultIssuer: 'RIVERBEND', assumedTimeZone: 'America/New_York' });
    const actor = await personOf(fresh.world, 'staff');
    const sameIssuer: Choice = { kind: 'sourceIssuer', issuer: 'RIVERBEND' };
    const asked = { actor, groupId: group.id, reason: 'As the officer set it' };
    expect(await previewDecision(fresh.world, { ...asked, choice: sameIssuer })).toMatchObject({
      effect: { settled: 1, added: 1 },
    });
    expect(
      await previewDecision(fresh.world, { ...asked, choice: { kind: 'sourceIssuer', issuer: 'COUNTY' } }),
    ).toEqual({ ok: false, refusal: 'issuerSetAlready' });
    await settleEntered();
    expect(await shown()).toBe(before + 2);
  });

  it('as an address of a company, for what came after it is valid', async () => {
    const before = await shown();
    await take(told({ to: 'PAGE_MADE', minute: 114 }));
    await take(told({ to: 'PAGE_MADE', minute: 114, day: '2026-02-11' }));
    const { id } = await groupWith('recipientUnknown', 'PAGE_MADE');
    const added = await addEndpoint(fresh.world, {
      vendorId: kestrel,
      kind: 'aeTitle',
      value: 'PAGE_MADE',
      validFrom: march,
      reason: 'A letter',
      actor: await personOf(fresh.world, 'staff'),
    });
    expect(added).toEqual({ ok: true });
    await settleEntered();
    expect(await shown()).toBe(before + 1);
    expect((await waitingGroupById(fresh.world.db, id))?.count).toBe(1);
  });

  it('for a reference of FHIR, which says no issuer', async () => {
    const actor = await personOf(fresh.world, 'staff');
    const dcm = 'http://dicom.nema.org/resources/ontology/DCM';
    const agent = (code: string, display: string) => ({
      type: { coding: [{ system: dcm, code }] },
      who: { display },
    });
    const event = (minute: number) => ({
      resourceType: 'AuditEvent',
      type: { system: dcm, code: '110106' },
      recorded: new Date(Date.UTC(2026, 9, 2) + minute * 600_000).toISOString(),
      outcome: '0',
      agent: [agent('110153', 'RIVERPACS'), agent('110152', 'KESTREL_RES')],
      source: { observer: { display: 'RIVERPACS' } },
      entity: [
        { what: { reference: 'Patient/rb-elsewhere' }, type: { code: '1' }, role: { code: '1' } },
        { what: { identifier: { system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' } } },
      ],
    });
    const takeEvent = async (minute: number) =>
      (
        await takeIn(fresh.world, {
          channel: 'fhirHttp',
          actor: somebody,
          now: fresh.clock.now(),
          items: [auditEventItem(bytesOf(JSON.stringify(event(minute))))],
        })
      ).results[0]?.state;
    const before = await shown();
    expect(await takeEvent(1)).toBe('unmapped');
    const group = await groupWith('patientUnknown', 'rb-elsewhere');
    const decisionId = await decide(group.id, { kind: 'patientIdentifier', patientId: await patientId() });
    expect(await shown()).toBe(before + 1);
    expect(await takeEvent(2)).toBe('accepted');
    await undo(decisionId);
    expect(await shown()).toBe(before);
    expect((await waitingGroupById(fresh.world.db, group.id))?.count).toBe(2);
    await addIdentifier(fresh.world, {
      actor,
      patientId: await patientId(),
      issuer: 'RIVERBEND',
      value: 'RB-ELSEWHERE',
    });
    await settleEntered();
    expect(await shown()).toBe(before + 2);
  });
});

describe('trying again', () => {
  it('settles what the database had refused, and never what its sender made doubtful', async () => {
    const actor = await personOf(fresh.world, 'staff');
    const before = await shown();
    const carrier = { channel: 'syslogTls' as const, actor: somebody, now: fresh.clock.now() };
    const items = [dicomAuditItem(told({ to: 'KESTREL_RES', minute: 120 }))];
    const instead = () => held('quarantined', 'notSettled');
    await takeCalls(fresh.world, () => [{ carrier, from: 0, items, instead }]);
    const refused = await groupWith('quarantined', 'notSettled');
    // Set aside and undone, it waits for somebody to try it.
    await undo(await decide(refused.id, { kind: 'setAside' }));
    expect(await waitingGroupById(fresh.world.db, refused.id)).toMatchObject({ count: 1 });
    expect(await tryGroupAgain(fresh.world, { actor, groupId: refused.id })).toEqual({ ok: true });
    await settleEntered();
    expect(await shown()).toBe(before + 1);
    expect(await tryGroupAgain(fresh.world, { actor, groupId: refused.id })).toEqual({
      ok: false,
      refusal: 'gone',
    });
  });

  it('a forged message that was set aside and is not any more waits as one that is not trusted', async () => {
    const actor = await personOf(fresh.world, 'staff');
    const before = await shown();
    const forged = dicomAuditItem(told({ to: 'FORGED_TO', minute: 121, source: 'forged-source' }));
    await takeIn(fresh.world, {
      channel: 'syslogTls',
      actor: somebody,
      now: fresh.clock.now(),
      items: [{ ...forged, read: (options) => distrusted(forged.read(options)) }],
    });
    const group = await groupWith('quarantined', 'forged-source');
    await undo(await decide(group.id, { kind: 'setAside' }));
    expect(await waitingGroupById(fresh.world.db, group.id)).toMatchObject({ count: 1 });
    expect(await tryGroupAgain(fresh.world, { actor, groupId: group.id })).toEqual({
      ok: false,
      refusal: 'notForThisGroup',
    });
    expect(await shown()).toBe(before);
  });
});

describe('what is never matched by a decision about somebody else', () => {
  it('look-alike letters wait apart, and can only be set aside', async () => {
    expect(await stateOf(told({ to: 'NORTHLIGHT_\u0410I', minute: 50 }))).toBe('unmapped');
    const group = await groupWith('recipientLooksAlike', 'NORTHLIGHT');
    const actor = await personOf(fresh.world, 'staff');
    const choice: Choice = { kind: 'vendorEndpoint', vendorId: kestrel, validFrom: march };
    expect(await decideGroup(fresh.world, { actor, groupId: group.id, choice, reason: 'x' })).toEqual({
      ok: false,
      refusal: 'notForThisGroup',
    });
  });

  it('a title of one company at the host of another stays ambiguous, and does not become another’s', async () => {
    await take(told({ to: 'NORTHLIGHT_AI', host: 'stow.kestrel.example', minute: 55 }));
    const group = await groupWith('recipientAmbiguous', 'stow.kestrel.example');
    const actor = await personOf(fresh.world, 'staff');
    for (const choice of [
      { kind: 'vendorEndpoint', vendorId: kestrel, validFrom: march },
      { kind: 'ownEndpoint', validFrom: march },
    ] satisfies Choice[]) {
      const decision = { actor, groupId: group.id, choice, reason: 'x' };
      for (const answer of [
        await previewDecision(fresh.world, decision),
        await decideGroup(fresh.world, decision),
      ])
        expect(answer).toEqual({ ok: false, refusal: 'addressOfAnother' });
    }
    expect(await ownersOf('NORTHLIGHT_AI')).toHaveLength(1);
  });

  it('an address that another had before, or has since, is somebody’s for the time between alone', async () => {
    const umbra = await fresh.world.db.vendor.findUniqueOrThrow({
      where: { slug: 'umbra' },
      select: { id: true },
    });
    const actor = await personOf(fresh.world, 'staff');
    const june = new Date('2026-06-01T04:00:00Z');
    await fresh.world.db.vendorEndpoint.create({
      data: { vendorId: umbra.id, kind: 'aeTitle', value: 'PASSED_ON', validFrom: june },
    });
    await take(told({ to: 'PASSED_ON', day: '2026-04-20', minute: 56 }));
    const group = await groupWith('recipientUnknown', 'PASSED_ON');
    const decision = (validFrom: Date): Choice => ({ kind: 'vendorEndpoint', vendorId: kestrel, validFrom });
    const late = { actor, groupId: group.id, choice: decision(june), reason: 'x' };
    expect(await decideGroup(fresh.world, late)).toEqual({ ok: false, refusal: 'addressOfAnother' });
    await decide(group.id, decision(march));
    expect(await waitingGroupById(fresh.world.db, group.id)).toBeNull();
    expect(await ownersOf('PASSED_ON')).toEqual([
      { vendorId: kestrel, validFrom: march, validTo: june },
      { vendorId: umbra.id, validFrom: june, validTo: null },
    ]);
    expect(await stateOf(told({ to: 'PASSED_ON', day: '2026-07-20', minute: 57 }))).toBe('accepted');
  });

  it('an address that is the same company’s from a later day is it from the earlier one, and no twice', async () => {
    const june = new Date('2026-06-01T04:00:00Z');
    await fresh.world.db.vendorEndpoint.create({
      data: { vendorId: kestrel, kind: 'aeTitle', value: 'KESTREL_EARLY', validFrom: june },
    });
    await take(told({ to: 'KESTREL_EARLY', day: '2026-04-20', minute: 58 }));
    const group = await groupWith('recipientUnknown', 'KESTREL_EARLY');
    await decide(group.id, { kind: 'vendorEndpoint', vendorId: kestrel, validFrom: march });
    expect(await waitingGroupById(fresh.world.db, group.id)).toBeNull();
    expect(await ownersOf('KESTREL_EARLY')).toHaveLength(2);
  });

  it('is decided by nobody who may not change what the decision changes', async () => {
    await take(told({ to: 'KESTREL_RAD', minute: 59 }));
    const group = await groupWith('recipientUnknown', 'KESTREL_RAD');
    const actor = await personOf(fresh.world, 'auditor');
    const choice: Choice = { kind: 'vendorEndpoint', vendorId: kestrel, validFrom: march };
    const decision = { actor, groupId: group.id, choice, reason: 'x' };
    for (const answer of [
      await previewDecision(fresh.world, decision),
      await decideGroup(fresh.world, decision),
      await decideGroup(fresh.world, { ...decision, choice: { kind: 'setAside' } }),
    ])
      expect(answer).toEqual({ ok: false, refusal: 'notAllowed' });
    expect(await ownersOf('KESTREL_RAD')).toEqual([]);
  });
});

describe('a decision about a patient', () => {
  it('gives a number to a record, and takes it back', async () => {
    const before = await shown();
    await take(told({ to: 'KESTREL_RES', patient: 'OLD-77^^^LEGACY', minute: 60 }));
    const group = await groupWith('patientUnknown', 'OLD-77');
    const decisionId = await decide(group.id, { kind: 'patientIdentifier', patientId: await patientId() });
    expect(await shown()).toBe(before + 1);
    expect(await stateOf(told({ to: 'KESTREL_RES', patient: 'OLD-77^^^LEGACY', minute: 61 }))).toBe(
      'accepted',
    );
    await undo(decisionId);
    expect(await shown()).toBe(before);
    expect((await waitingGroupById(fresh.world.db, group.id))?.count).toBe(2);
  });

  it('gives a source its issuer, and what was hidden behind it waits for the next decision', async () => {
    await take(told({ to: 'KESTREL_RES', patient: 'RB000417', source: 'old-bridge', minute: 70 }));
    await take(told({ to: 'NOBODY_AT_ALL', patient: 'RB000417', source: 'old-bridge', minute: 71 }));
    const before = await shown();
    const group = await groupWith('issuerUnknown', 'old-bridge');
    const decisionId = await decide(group.id, { kind: 'sourceIssuer', issuer: 'RIVERBEND' });
    expect(await shown()).toBe(before + 1);
    expect(await waitingGroupById(fresh.world.db, group.id)).toBeNull();
    expect((await groupWith('recipientUnknown', 'NOBODY_AT_ALL')).count).toBe(1);
    await undo(decisionId);
    expect(await shown()).toBe(before);
    expect((await waitingGroupById(fresh.world.db, group.id))?.count).toBe(2);
  });
});

describe('setting aside', () => {
  it('holds for what comes, and ends when it is undone', async () => {
    await take(told({ to: 'TESTSCU', minute: 80 }));
    const group = await groupWith('recipientUnknown', 'TESTSCU');
    const decisionId = await decide(group.id, { kind: 'setAside' });
    await take(told({ to: 'TESTSCU', minute: 81 }));
    expect(await waitingGroupById(fresh.world.db, group.id)).toBeNull();
    await undo(decisionId);
    expect((await waitingGroupById(fresh.world.db, group.id))?.count).toBe(2);
  });

  it('of one message’s content says nothing of the next; who was asked counts as not matched', async () => {
    await take(told({ to: 'KESTREL_RES', patient: '', minute: 90 }));
    const before = await heldMessages(fresh.world.db);
    const group = await groupWith('quarantined', 'noPatient');
    await decide(group.id, { kind: 'askSender' });
    expect(await waitingGroupById(fresh.world.db, group.id)).toBeNull();
    expect(await heldMessages(fresh.world.db)).toBe(before);
    await take(told({ to: 'KESTREL_RES', patient: '', minute: 91 }));
    expect((await waitingGroupById(fresh.world.db, group.id))?.count).toBe(1);
  });
});

it('a decision older than thirty days stands, and is never changed by hand', async () => {
  await take(told({ to: 'LATE_ONE', minute: 95 }));
  const decisionId = await decide((await groupWith('recipientUnknown', 'LATE_ONE')).id, { kind: 'setAside' });
  fresh.clock.advance(undoableFor + 1);
  const actor = await personOf(fresh.world, 'staff');
  expect(await undoDecision(fresh.world, { actor, decisionId, reason: 'x' })).toEqual({
    ok: false,
    refusal: 'tooLate',
  });
  await expect(
    fresh.world.db.matchingDecision.update({ where: { id: decisionId }, data: { reason: 'another' } }),
  ).rejects.toThrow();
  await expect(fresh.world.db.recordSettlement.deleteMany()).rejects.toThrow();
});

describe('the queue', () => {
  it('gets back by the nightly sweep what is held and was never put into it, as what came before there was one', async () => {
    await take(told({ to: 'UNKNOWN_BEFORE', minute: 70 }));
    const { id, count } = await groupWith('recipientUnknown', 'UNKNOWN_BEFORE');
    await connected(fresh.databaseUrl, (client) =>
      client.query('delete from waiting_record where group_id = $1', [id]),
    );
    expect(await waitingGroupById(fresh.world.db, id)).toBeNull();
    await sweep(fresh.world);
    await sweep(fresh.world);
    expect(await waitingGroupById(fresh.world.db, id)).toMatchObject({ count });
  });
});
