import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealEvents, verifyChain } from '#app/audit/seal.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent, eventsOfRequest } from '#app/audit/audit.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { draftAnswer, readAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { findRequest, requestsOfPatient } from '#app/requests/reading.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { connected } from '#tests/support/database.ts';
import { freshWorld, patientOf, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

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

describe('what belongs together is done together', () => {
  const everything = async () => ({
    requests: await fresh.world.db.privacyRequest.count(),
    optOuts: await fresh.world.db.optOut.count(),
    events: await fresh.world.db.auditEvent.count(),
    notices: await fresh.world.db.notice.count(),
    jobs: (await jobs()).length,
  });

  it('a change that fails leaves no notice and no job, and the same change that does not, leaves both', async () => {
    const { requestId } = await askForAccounting();
    const before = await everything();
    const owe = (fails: boolean) =>
      inTransaction(fresh.world.db, async (tx) => {
        await oweNotice(tx, { kind: 'answerReady', userId: ines.id, requestId, now: fresh.clock.now() });
        if (fails) throw new Error('the change failed');
      });
    await expect(owe(true)).rejects.toThrow('the change failed');
    expect(await everything()).toEqual(before);
    await owe(false);
    expect(await everything()).toEqual({ ...before, notices: before.notices + 1, jobs: before.jobs + 1 });
  });

  it('a filing that is refused half-way leaves nothing: no request, no event, no job', async () => {
    const before = await everything();
    const optOut = {
      purposes: ['aiTraining' as const],
      studies: 'all' as const,
      coversDeidentified: true,
      wordingVersion: optOutWordingVersion as typeof optOutWordingVersion,
    };
    const common = { actor: ines, locale: 'en' as const, submissionKey: crypto.randomUUID() };
    expect(
      await submitRequest(fresh.world, {
        ...common,
        kind: 'optOut',
        details: { ...optOut, vendors: [crypto.randomUUID()] },
      }),
    ).toEqual({ ok: false, refusal: 'vendorUnknown' });
    expect(
      await submitRequest(fresh.world, {
        ...common,
        kind: 'optOutWithdrawal',
        details: { optOutId: crypto.randomUUID(), wordingVersion: optOutWordingVersion },
      }),
    ).toEqual({ ok: false, refusal: 'notFound' });
    for (const actor of [dana, amara, auditor]) {
      expect(
        await submitRequest(fresh.world, {
          ...common,
          actor,
          kind: 'optOut',
          details: { ...optOut, vendors: 'all' },
        }),
      ).toEqual({ ok: false, refusal: 'notYours' });
    }
    expect(await everything()).toEqual(before);
  });

  it('an answer whose event cannot be written is not sent, and owes nothing', async () => {
    const { requestId } = await askForAccounting();
    await draft(requestId);
    const before = await everything();
    await connected(fresh.databaseUrl, (client) =>
      client.query(`alter table audit_event add constraint no_answers check (type <> 'request.responded')`),
    );
    await expect(send(requestId)).rejects.toThrow();
    expect(await everything()).toEqual(before);
    expect(await findRequest(fresh.world.db, requestId, null)).toMatchObject({
      status: 'inReview',
      resolution: null,
    });
    expect(await readAnswer(fresh.world, requestId, 'sent')).toBeNull();
  });
});

describe('two at once', () => {
  it('one form sent twenty times at one moment is one request with one receipt', async () => {
    const key = crypto.randomUUID();
    const filed = await Promise.all(Array.from({ length: 20 }, () => askForAccounting(ines, key)));
    expect(new Set(filed.map(({ reference }) => reference)).size).toBe(1);
    const [request, ...others] = await fresh.world.db.privacyRequest.findMany({ select: { id: true } });
    expect(others).toEqual([]);
    expect((await notices(request?.id ?? '')).map(({ kind }) => kind)).toEqual(['requestReceived']);
    expect((await eventsOfRequest(fresh.world.db, request?.id ?? '')).map(({ type }) => type)).toEqual([
      'request.submitted',
    ]);
    // Another person's form with the same key is another request.
    expect((await askForAccounting(zoe, key)).requestId).not.toBe(request?.id);
  });

  it('of the staff who acknowledge at once one does, and the others are told that it changed', async () => {
    const { requestId } = await askForAccounting();
    const acknowledge = (actor: Person) =>
      moveRequest(fresh.world, requestId, { name: 'acknowledge', expectedVersion: 1 }, actor);
    const told = await Promise.all([dana, amara, dana, amara, dana, amara].map(acknowledge));
    expect(told.filter(({ ok }) => ok)).toHaveLength(1);
    expect(told.flatMap((one) => (one.ok ? [] : one.refusal))).toEqual(Array(5).fill('changedMeanwhile'));
    expect(await versionOf(requestId)).toBe(2);
  });

  it('of two who send one answer at once one does, and the patient gets one notice', async () => {
    const { requestId } = await askForAccounting();
    await draft(requestId);
    const expectedVersion = await versionOf(requestId);
    const told = await Promise.all(
      [dana, amara].map((actor) =>
        sendAnswer(
          fresh.world,
          { requestId, expectedVersion, actor },
          { note: actor.name, elementsLookedFor: true },
        ),
      ),
    );
    expect(told.filter(({ ok }) => ok)).toHaveLength(1);
    expect(told).toContainEqual({ ok: false, refusal: 'changedMeanwhile' });
    expect((await notices(requestId)).map(({ kind }) => kind)).toEqual(['requestReceived', 'answerReady']);
    const winner = told[0]?.ok ? dana : amara;
    expect((await readAnswer(fresh.world, requestId, 'sent'))?.note).toBe(winner.name);
  });

  it('the patient who takes the request back and the staff who send it cannot both have their way', async () => {
    const { requestId } = await askForAccounting();
    await draft(requestId);
    const expectedVersion = await versionOf(requestId);
    const [taken, sent] = await Promise.all([
      moveRequest(fresh.world, requestId, { name: 'withdraw', expectedVersion }, ines),
      send(requestId),
    ]);
    expect([taken.ok, sent.ok].filter(Boolean)).toHaveLength(1);
    const { status } = await fresh.world.db.privacyRequest.findUniqueOrThrow({ where: { id: requestId } });
    expect(status).toBe(taken.ok ? 'closed' : 'responded');
    expect((await readAnswer(fresh.world, requestId, 'sent')) === null).toBe(taken.ok);
  });
});

describe('moves and events of one request', () => {
  it('do not wait for each other: a move of it is done while a longer change that writes events is under way', async () => {
    const { requestId } = await askForAccounting();
    const event = (about: { requestId?: string }) => ({
      type: 'notice.sent' as const,
      actor: somebody,
      at: fresh.clock.now(),
      subject: { kind: 'notice', id: 'x' },
      visibleToPatient: false,
      ...about,
    });
    await inTransaction(fresh.world.db, async (tx) => {
      await appendEvent(tx, event({}));
      const move = await moveRequest(
        fresh.world,
        requestId,
        { name: 'acknowledge', expectedVersion: 1 },
        dana,
      );
      expect(move).toMatchObject({ ok: true });
      await appendEvent(tx, event({ requestId }));
    });
    await sealEvents(fresh.world.db, fresh.clock.now());
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: true });
  });
});

describe('somebody else’s request', () => {
  it('is as absent as one that does not exist', async () => {
    const { requestId } = await askForAccounting(ines);
    expect(await findRequest(fresh.world.db, requestId, ines.patientId)).not.toBeNull();
    expect(await findRequest(fresh.world.db, requestId, zoe.patientId)).toBeNull();
    expect(await findRequest(fresh.world.db, crypto.randomUUID(), zoe.patientId)).toBeNull();
    expect(await requestsOfPatient(fresh.world.db, zoe.patientId)).toEqual([]);
    expect(await moveRequest(fresh.world, requestId, { name: 'withdraw', expectedVersion: 1 }, zoe)).toEqual({
      ok: false,
      refusal: 'notYours',
    });
  });

  it('holds an opt-out that nobody else can take back', async () => {
    const filed = await submitRequest(fresh.world, {
      actor: ines,
      kind: 'optOut',
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      details: {
        purposes: ['research'],
        vendors: 'all',
        studies: 'all',
        coversDeidentified: true,
        wordingVersion: optOutWordingVersion,
      },
    });
    if (!filed.ok) throw new Error(filed.refusal);
    const { id } = await fresh.world.db.optOut.findFirstOrThrow({ where: { requestId: filed.requestId } });
    const takeBack = (actor: Person) =>
      submitRequest(fresh.world, {
        actor,
        kind: 'optOutWithdrawal',
        locale: 'en',
        submissionKey: crypto.randomUUID(),
        details: { optOutId: id, wordingVersion: optOutWordingVersion },
      });
    expect(await takeBack(zoe)).toEqual({ ok: false, refusal: 'notFound' });
    const both = await Promise.all([takeBack(ines), takeBack(ines)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both).toContainEqual({ ok: false, refusal: 'alreadyWithdrawn' });
  });
});
