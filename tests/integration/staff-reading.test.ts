import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newestEvents, trailOfRequest, trailPageSize } from '#app/audit/audit.server.ts';
import { sealEvents, verifyChain } from '#app/audit/seal.server.ts';
import { recordRead } from '#app/audit/reads.server.ts';
import { dueDays } from '#app/requests/oversight.server.ts';
import { mostUrgent } from '#app/requests/queue.server.ts';
import { answeredRequests, findByReference } from '#app/requests/reading.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { allOn } from '#tests/support/days.ts';
import { freshWorld, hours, minutes, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterEach(() => fresh.drop());

async function file(mrn = 'RB000417'): Promise<{ requestId: string; reference: string; patientId: string }> {
  const actor = await patientOf(fresh.world, mrn);
  const filed = await submitRequest(fresh.world, {
    actor,
    kind: 'accounting',
    details: { from: '2020-11-22', to: '2026-11-22' },
    submissionKey: randomUUID(),
    locale: 'en',
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return { ...filed, patientId: actor.patientId };
}

describe('a read of a request by staff', () => {
  it('is written once for a person in ten minutes, also for pages opened at once, and the patient sees it', async () => {
    const { requestId, patientId } = await file();
    const read = (actor: Awaited<ReturnType<typeof personOf>>) =>
      recordRead(fresh.world, {
        type: 'request.read',
        actor,
        subject: { kind: 'request', id: requestId },
        patientId,
        requestId,
      });
    const [dana, amara] = await Promise.all([
      personOf(fresh.world, 'staff'),
      personOf(fresh.world, 'privacyOfficer'),
    ]);
    const atOnce = await Promise.all(Array.from({ length: 8 }, () => read(dana)));
    expect(atOnce.filter(Boolean)).toHaveLength(1);
    expect(await read(amara)).toBe(true);
    fresh.clock.advance(minutes(9));
    expect(await read(dana)).toBe(false);
    fresh.clock.advance(minutes(1));
    expect(await read(dana)).toBe(true);

    const reads = (await trailOfRequest(fresh.world.db, requestId)).filter(
      ({ type }) => type === 'request.read',
    );
    expect(reads.map(({ actorName, visibleToPatient }) => [actorName, visibleToPatient])).toEqual([
      [dana.name, true],
      [amara.name, true],
      [dana.name, true],
    ]);
    await sealEvents(fresh.world.db, fresh.clock.now());
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: true });
  });
});

describe('the pages of the audit log', () => {
  it('hold every entry once, newest first', async () => {
    for (let more = 0; more < 40; more += 1) await file();
    const { db } = fresh.world;
    const seen: bigint[] = [];
    let before: bigint | null = null;
    do {
      const page = await newestEvents(db, before);
      expect(page.events.length).toBeLessThanOrEqual(trailPageSize);
      seen.push(...page.events.map(({ id }) => id));
      before = page.olderBefore;
    } while (before !== null);
    const total = await db.auditEvent.count();
    expect(total).toBeGreaterThan(trailPageSize);
    expect(seen).toEqual(Array.from({ length: total }, (_, index) => BigInt(total - index)));
  });
});

describe('what there is to do', () => {
  it('counts open requests, names the earliest last day and the late ones, and leaves out what has ended', async () => {
    const { db } = fresh.world;
    const first = await file();
    fresh.clock.advance(hours(24));
    const second = await file('RB000902');
    const withdrawn = await file();
    const ines = await patientOf(fresh.world, 'RB000417');
    await moveRequest(fresh.world, withdrawn.requestId, { name: 'withdraw', expectedVersion: 1 }, ines);

    const firstDue = '2027-01-21';
    expect(await mostUrgent(db)).toEqual({ id: first.requestId });
    const named = async (lastOn: string, most = 6) =>
      (await dueDays(db, allOn('2026-11-23'), { lastOn, mostNamed: most })).map(
        ({ dueOn, law, requests }) => [dueOn, law, requests.map(({ id }) => id)],
      );
    expect(await named(firstDue)).toEqual([[firstDue, 1, [first.requestId]]]);
    expect(await named('2027-01-22')).toEqual([
      [firstDue, 1, [first.requestId]],
      ['2027-01-22', 1, [second.requestId]],
    ]);
    expect(await named(firstDue, 0)).toEqual([[firstDue, 1, []]]);

    const actor = await personOf(fresh.world, 'staff');
    const turn = { requestId: first.requestId, actor };
    expect(await draftAnswer(fresh.world, { ...turn, expectedVersion: 1 }, { note: null })).toEqual({
      ok: true,
    });
    expect(
      await sendAnswer(fresh.world, { ...turn, expectedVersion: 2 }, { note: null, elementsLookedFor: true }),
    ).toEqual({ ok: true });
    expect(await mostUrgent(db)).toEqual({ id: second.requestId });
    expect(await dueDays(db, allOn('2026-11-23'), { lastOn: firstDue, mostNamed: 6 })).toEqual([]);
    const answered = await answeredRequests(db, 1);
    expect(answered).toMatchObject({ total: 1, rows: [{ id: first.requestId, reference: first.reference }] });
    expect(await findByReference(db, second.reference)).toMatchObject({ id: second.requestId });
    expect(await findByReference(db, 'PV-000000')).toBeNull();
  });
});
