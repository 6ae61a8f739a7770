import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { sealEvents, verifyChain } from '#app/audit/seal.server.ts';
import { takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { draftAnswer, readAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { bytesOf, messageXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { connected } from '#tests/support/database.ts';
import { freshWorld, hours, patientOf, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let zoe: Person & { patientId: string };
let dana: Person;
let amara: Person;
let auditor: Person;

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
  [ines, zoe, dana, amara, auditor] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    patientOf(fresh.world, 'RB000902'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
    personOf(fresh.world, 'auditor'),
  ]);
});
afterEach(() => fresh.drop());

const askForAccounting = async (actor: Person = ines, submissionKey: string = crypto.randomUUID()) => {
  const filed = await submitRequest(fresh.world, {
    actor,
    kind: 'accounting',
    locale: 'en',
    submissionKey,
    details: { from: '2020-11-22', to: '2026-11-22' },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed;
};

const versionOf = async (id: string) =>
  (await fresh.world.db.privacyRequest.findUniqueOrThrow({ where: { id }, select: { version: true } }))
    .version;

const turn = async (requestId: string, actor: Person) => ({
  requestId,
  actor,
  expectedVersion: await versionOf(requestId),
});
const send = async (requestId: string, actor: Person = dana, note: string | null = null) =>
  sendAnswer(fresh.world, await turn(requestId, actor), { note, elementsLookedFor: true });
const draft = async (requestId: string, actor: Person = dana, note: string | null = null) =>
  draftAnswer(fresh.world, await turn(requestId, actor), { note });

const jobs = () =>
  connected(fresh.databaseUrl, async (client) => {
    const { rows } = await client.query<{ key: string; task: string }>(
      'select key, task_identifier as task from graphile_worker.jobs order by id',
    );
    return rows;
  });
const notices = (requestId: string) =>
  fresh.world.db.notice.findMany({
    where: { requestId },
    orderBy: { owedAt: 'asc' },
    select: { id: true, kind: true, userId: true, sentAt: true },
  });

const anotherTransfer = () =>
  takeInDicomAudit(fresh.world, {
    bytes: bytesOf(messageXml({ dateTime: '2026-11-20T09:00:00Z' })),
    channel: 'dicomAuditHttp',
    actor: somebody,
    now: fresh.clock.now(),
  });

describe('an accounting, from the question to the answer', () => {
  it('leaves an event with actor, before, after and time at each step, and owes the notices of it', async () => {
    const t0 = fresh.clock.now();
    const { requestId, reference } = await askForAccounting();
    expect(reference).toMatch(/^PV-[0-9A-HJKMNP-TV-Z]{6}$/);
    // 45 CFR 164.528(c)(1): 60 days after receipt, both facility-local; 22 November 2026 is a Sunday, and the days are calendar days.
    expect(await findRequest(fresh.world.db, requestId, ines.patientId)).toMatchObject({
      status: 'submitted',
      dueOn: '2027-01-21',
      ruleId: 'hipaa.accounting',
    });

    fresh.clock.advance(hours(1));
    const t1 = fresh.clock.now();
    expect(
      await moveRequest(fresh.world, requestId, { name: 'acknowledge', expectedVersion: 1 }, dana),
    ).toMatchObject({ ok: true });

    fresh.clock.advance(hours(1));
    const t2 = fresh.clock.now();
    expect(await draft(requestId, dana, 'A first note.')).toEqual({ ok: true });
    // A draft is nobody's but the facility's.
    expect(await readAnswer(fresh.world, requestId, 'sent')).toBeNull();
    const first = await readAnswer(fresh.world, requestId, 'any');
    expect(first).toMatchObject({ note: 'A first note.', sentAt: null, ledgerChanges: 0 });

    fresh.clock.advance(hours(1));
    await anotherTransfer();
    const versionBefore = await versionOf(requestId);
    expect(await send(requestId)).toEqual({ ok: false, refusal: 'ledgerChanged' });
    expect(await versionOf(requestId)).toBe(versionBefore);
    expect((await readAnswer(fresh.world, requestId, 'any'))?.ledgerChanges).toBe(1);
    expect(await readAnswer(fresh.world, requestId, 'sent')).toBeNull();
    expect((await notices(requestId)).map(({ kind }) => kind)).toEqual([
      'requestReceived',
      'requestAcknowledged',
    ]);

    const t3 = fresh.clock.now();
    expect(await draft(requestId)).toEqual({ ok: true });
    fresh.clock.advance(hours(1));
    const t4 = fresh.clock.now();
    expect(await send(requestId, amara, 'Here is your list.')).toEqual({ ok: true });

    const answer = await readAnswer(fresh.world, requestId, 'sent');
    expect(answer).toMatchObject({ note: 'Here is your list.', sentAt: t4, ledgerChanges: 0 });
    const listed = (from: typeof answer) =>
      from?.accounting ? from.accounting.requiredByLaw.length + from.accounting.alsoShown.length : 0;
    expect(listed(answer)).toBe(listed(first) + 1);
    expect(await findRequest(fresh.world.db, requestId, ines.patientId)).toMatchObject({
      status: 'responded',
      resolution: 'granted',
      respondedAt: t4,
      assignee: { name: dana.name },
    });
    // What comes into the ledger later changes no answer that was given.
    await takeInDicomAudit(fresh.world, {
      bytes: bytesOf(messageXml({ dateTime: '2026-11-20T12:00:00Z' })),
      channel: 'seed',
      actor: somebody,
      now: fresh.clock.now(),
    });
    expect(listed(await readAnswer(fresh.world, requestId, 'sent'))).toBe(listed(answer));

    const events = await eventsOfRequest(fresh.world.db, requestId);
    expect(
      events.map(({ type, actorKind, actorName, at, before, after, visibleToPatient }) => ({
        type,
        by: `${actorKind} ${actorName}`,
        at,
        before,
        after,
        visibleToPatient,
      })),
    ).toEqual([
      {
        type: 'request.submitted',
        by: `patient ${ines.name}`,
        at: t0,
        before: null,
        after: {
          kind: 'accounting',
          status: 'submitted',
          reference,
          ruleId: 'hipaa.accounting',
          dueOn: '2027-01-21',
        },
        visibleToPatient: true,
      },
      step('request.acknowledged', `staff ${dana.name}`, t1, 'submitted', 'acknowledged'),
      step('request.answerDrafted', `staff ${dana.name}`, t2, 'acknowledged', 'inReview', false),
      step('request.answerDrafted', `staff ${dana.name}`, t3, 'inReview', 'inReview', false),
      {
        ...step('request.responded', `privacyOfficer ${amara.name}`, t4, 'inReview', 'responded'),
        after: { status: 'responded', resolution: 'granted' },
      },
    ]);
    expect(
      (await eventsOfRequest(fresh.world.db, requestId, 'visibleToPatient')).map(({ type }) => type),
    ).toEqual(['request.submitted', 'request.acknowledged', 'request.responded']);
    await sealEvents(fresh.world.db, fresh.clock.now());
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: true });

    const owed = await notices(requestId);
    expect(owed.map(({ kind, userId }) => [kind, userId])).toEqual([
      ['requestReceived', ines.id],
      ['requestAcknowledged', ines.id],
      ['answerReady', ines.id],
    ]);
    expect(await jobs()).toEqual(owed.map(({ id }) => ({ key: `notice:${id}`, task: 'send-notice' })));
  });

  it('says that there is nothing to report when nothing left in the window', async () => {
    const filed = await submitRequest(fresh.world, {
      actor: ines,
      kind: 'accounting',
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      details: { from: '2026-11-21', to: '2026-11-22' },
    });
    if (!filed.ok) throw new Error(filed.refusal);
    await draft(filed.requestId);
    expect(await send(filed.requestId)).toEqual({ ok: true });
    expect(await findRequest(fresh.world.db, filed.requestId, null)).toMatchObject({
      resolution: 'nothingToReport',
    });
  });

  it('cannot be answered before it is drafted, nor twice, nor by a patient or an auditor', async () => {
    const { requestId } = await askForAccounting();
    expect(await send(requestId)).toEqual({ ok: false, refusal: 'notFromThisStatus' });
    for (const actor of [ines, zoe, auditor])
      expect(await draft(requestId, actor)).toEqual({ ok: false, refusal: 'notYours' });
    await draft(requestId);
    for (const actor of [ines, zoe, auditor])
      expect(await send(requestId, actor)).toEqual({ ok: false, refusal: 'notYours' });
    expect(await send(requestId)).toEqual({ ok: true });
    expect(await send(requestId)).toEqual({ ok: false, refusal: 'notFromThisStatus' });
    expect(await draft(requestId)).toEqual({ ok: false, refusal: 'notFromThisStatus' });
    const nowhere = { requestId: crypto.randomUUID(), expectedVersion: 1, actor: dana };
    expect(await draftAnswer(fresh.world, nowhere, { note: null })).toEqual({
      ok: false,
      refusal: 'notFound',
    });
  });
});

function step(type: string, by: string, at: Date, from: string, to: string, visibleToPatient = true) {
  return {
    type,
    by,
    at,
    before: { status: from, resolution: null },
    after: { status: to, resolution: null },
    visibleToPatient,
  };
}
