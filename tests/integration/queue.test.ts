import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { trailOfRequest } from '#app/audit/audit.server.ts';
import { assignRequest, colleagues } from '#app/requests/assign.server.ts';
import { mergeRecords, unmergeRecords } from '#app/people/merging.server.ts';
import { enterRequest } from '#app/requests/filing.server.ts';
import { placeText, queueQuery, readPlace, readQueueFilter } from '#app/requests/queue.ts';
import { queueCounts } from '#app/requests/queue-counts.server.ts';
import { mostUrgent, queuePage } from '#app/requests/queue.server.ts';
import { searchRequests } from '#app/requests/queue-search.server.ts';
import { queuePageSize } from '#app/requests/reading.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { dropView, saveView, viewsOf } from '#app/requests/saved-views.server.ts';
import { allOn } from '#tests/support/days.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let zoe: Person & { patientId: string };
let dana: Person;
let amara: Person;
let auditor: Person;

beforeEach(async () => {
  // A Sunday, an hour after the seed: 22 November 2026 at the facility.
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

/** A list asked for on a day at noon, so that its last day is 60 days after it. */
async function list(day: string, patient = ines, channel: 'paper' | 'phone' | 'desk' = 'paper') {
  const filed = await enterRequest(fresh.world, {
    actor: dana,
    kind: 'accounting',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: { from: '2020-11-22', to: '2026-11-22' },
    patientId: patient.patientId,
    channel,
    receivedAt: new Date(`${day}T17:00:00Z`),
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed;
}

const filter = (query = '') => readQueueFilter(new URLSearchParams(query));
const reader = () => ({ userId: dana.id, days: allOn('2026-11-22') });
const page = async (query = '') =>
  (await queuePage(fresh.world.db, filter(query), reader(), null)).rows.map(({ reference }) => reference);

describe('the queue', () => {
  it('has the late first, says what is due today, and counts what each filter would show', async () => {
    const later = await list('2026-11-20', zoe, 'phone');
    const today = await list('2026-09-23');
    const late = await list('2026-09-01', ines, 'desk');
    const week = await list('2026-09-28', zoe);
    await assignRequest(fresh.world, { requestId: week.requestId, assigneeId: dana.id, actor: amara });
    await moveRequest(fresh.world, late.requestId, { name: 'acknowledge', expectedVersion: 1 }, amara);

    expect(await page()).toEqual([late, today, week, later].map(({ reference }) => reference));
    expect(await page('sort=received')).toEqual([late, today, week, later].map(({ reference }) => reference));
    expect(await mostUrgent(fresh.world.db)).toEqual({ id: late.requestId });
    for (const [query, shown] of [
      ['due=overdue', [late]],
      ['due=today', [today]],
      ['due=week', [week]],
      ['due=later', [later]],
      ['risk=atRisk', [week]],
      ['risk=overdue', [late]],
      ['assignee=me', [week]],
      ['assignee=nobody', [today, later]],
      [`assignee=${amara.id}`, [late]],
      ['channel=phone', [later]],
      ['status=acknowledged', [late]],
      ['kind=accounting&channel=paper', [today, week]],
      ['kind=access', []],
      ['kind=nonsense', [late, today, week, later]],
      ['sort=received&assignee=nobody', [today, later]],
      ['standing=ended', []],
    ] as const)
      expect(await page(query), query).toEqual(shown.map(({ reference }) => reference));

    const all = await queueCounts(fresh.world.db, filter(), reader());
    expect(all).toMatchObject({
      total: 4,
      kind: { accounting: 4 },
      status: { submitted: 3, acknowledged: 1 },
      channel: { phone: 1, paper: 2, desk: 1 },
      due: { overdue: 1, today: 1, week: 1, later: 1 },
      risk: { atRisk: 1, overdue: 1, soon: 2 },
      basis: { law: 4 },
      assignee: { me: 1, nobody: 2, other: 1 },
      work: [{ kind: 'accounting', open: 4, late: 1, earliestDueOn: '2026-10-31' }],
    });
    // With one filter set, the others count inside it, and its own choices count as if it was not set.
    const mine = await queueCounts(fresh.world.db, filter('assignee=me'), reader());
    expect(mine).toMatchObject({ total: 1, due: { week: 1 }, assignee: { me: 1, nobody: 2, other: 1 } });
    const theirs = await queueCounts(fresh.world.db, filter(`assignee=${amara.id}`), reader());
    expect(theirs).toMatchObject({ total: 1, due: { overdue: 1 } });
  });

  it('goes from page to page and back without losing or repeating a row, also when rows leave it meanwhile', async () => {
    const filed = [];
    for (let at = 0; at < 45; at += 1)
      filed.push(await list(`2026-10-${String(1 + (at % 20)).padStart(2, '0')}`, at % 2 ? ines : zoe));
    for (const sort of ['due', 'received'] as const) {
      const asked = filter(`sort=${sort}`);
      const first = await queuePage(fresh.world.db, asked, reader(), null);
      expect(first).toMatchObject({ before: null });
      if (!first.after) throw new Error('there is a second page');
      const second = await queuePage(fresh.world.db, asked, reader(), { after: first.after });
      if (!second.after || !second.before) throw new Error('there is a third page');
      const third = await queuePage(fresh.world.db, asked, reader(), { after: second.after });
      expect([first, second, third].map(({ rows }) => rows.length)).toEqual([
        queuePageSize,
        queuePageSize,
        5,
      ]);
      expect(third.after).toBeNull();
      const ids = [first, second, third].flatMap(({ rows }) => rows.map(({ id }) => id));
      expect(new Set(ids).size).toBe(45);
      const back = await queuePage(fresh.world.db, asked, reader(), { before: second.before });
      expect(back.rows.map(({ id }) => id)).toEqual(first.rows.map(({ id }) => id));
      expect(back.before).toBeNull();
      expect(readPlace(placeText(first.after), sort)).toEqual(first.after);
    }
    const all = filter();
    const first = await queuePage(fresh.world.db, all, reader(), null);
    const second = await queuePage(fresh.world.db, all, reader(), { after: first.after! });
    for (const { id } of first.rows.slice(0, 5)) {
      const taken = { name: 'withdraw', expectedVersion: 1 } as const;
      if (!(await moveRequest(fresh.world, id, taken, ines)).ok)
        await moveRequest(fresh.world, id, taken, zoe);
    }
    const again = await queuePage(fresh.world.db, all, reader(), { after: first.after! });
    expect(again.rows.map(({ id }) => id)).toEqual(second.rows.map(({ id }) => id));
  });

  it('keeps a filter in its address as it was read, and believes no place that is none', () => {
    const query = 'kind=complaint&due=week&assignee=me&channel=desk&sort=received';
    expect(queueQuery(filter(query))).toBe(query);
    expect(queueQuery(filter('standing=ended&due=today&sort=due'))).toBe('standing=ended');
    for (const text of [null, '', '1.2.3', "2026-01-01.1.' or 1=1", `2026-13-01.1.${crypto.randomUUID()}`])
      expect(readPlace(text, 'due')).toBeNull();
  });
});

describe('a search of requests', () => {
  it('finds by reference, by whole words and the beginning of the last one, and leaves one event', async () => {
    const hers = await list('2026-11-20');
    const other = await list('2026-11-21', zoe);
    const find = async (text: string) => {
      const found = await searchRequests(fresh.world, dana, { text, after: null });
      return found.one ?? found.rows.map(({ reference }) => reference);
    };
    const { reference, requestId } = hers;
    expect(await find(reference.toLowerCase().replace('-', ' '))).toBe(requestId);
    expect(await find('okafor')).toEqual([reference]);
    expect(await find('Ines Oka')).toEqual([reference]);
    expect(await find('RB0009')).toEqual([other.reference]);
    expect([await find('jimenez'), await find('ZOE Jimé')]).toEqual([[other.reference], [other.reference]]);
    expect(await find('Oka Ines')).toEqual([]);
    for (const odd of ["'", '":*', '& | !', "O'", '\\', '🦴', "okafor':* | 'x"]) await find(odd);
    const events = await fresh.world.db.auditEvent.findMany({
      where: { subjectKind: 'requestSearch' },
      select: { after: true },
    });
    expect(events[0]?.after).toEqual({ found: 1 });
    expect(JSON.stringify(events)).not.toContain('kafor');

    // A name, a number and a merge that came later are found as they stand now.
    const { db } = fresh.world;
    await db.patient.update({
      where: { id: ines.patientId },
      data: { familyName: 'Achebe' },
      select: { id: true },
    });
    expect([await find('okafor'), await find('Achebe')]).toEqual([[], [reference]]);
    await db.patientIdentifier.create({
      data: { issuer: 'OTHER', value: 'NEW4711', patientId: ines.patientId, recordedAt: fresh.world.clock() },
      select: { value: true },
    });
    expect(await find('new4711')).toEqual([reference]);
    const tor = await db.patient.create({
      data: {
        givenName: 'Torvald',
        familyName: 'Quist',
        bornOn: new Date('1960-01-01'),
        createdAt: new Date(),
      },
      select: { id: true },
    });
    const merged = await mergeRecords(fresh.world, {
      actor: amara,
      survivorId: tor.id,
      mergedId: ines.patientId,
      reason: 'One person.',
    });
    expect(merged.ok).toBe(true);
    expect([await find('quist'), await find('achebe')]).toEqual([[reference], [reference]]);
    const { id: mergeId } = await db.patientMerge.findFirstOrThrow({ select: { id: true } });
    await unmergeRecords(fresh.world, { actor: amara, mergeId, reason: 'Two people.' });
    expect([await find('quist'), await find('achebe')]).toEqual([[], [reference]]);
  });
});

describe('who has a request', () => {
  it('is written with an event that the patient does not see, for colleagues who may have it alone', async () => {
    const { requestId } = await list('2026-11-20');
    const give = (assigneeId: string | null, actor: Person = dana) =>
      assignRequest(fresh.world, { requestId, assigneeId, actor });
    expect((await colleagues(fresh.world.db)).map(({ id }) => id)).toContain(amara.id);
    expect(await give(amara.id)).toEqual({ ok: true });
    expect(await give(amara.id)).toEqual({ ok: true });
    expect(await give(null)).toEqual({ ok: true });
    expect(await give(ines.id)).toEqual({ ok: false, refusal: 'notAColleague' });
    expect(await give(auditor.id)).toEqual({ ok: false, refusal: 'notAColleague' });
    expect(await give(dana.id, auditor)).toEqual({ ok: false, refusal: 'notYours' });
    expect(await give(dana.id, ines)).toEqual({ ok: false, refusal: 'notYours' });
    const given = (await trailOfRequest(fresh.world.db, requestId)).filter(
      ({ type }) => type === 'request.assigned',
    );
    expect(given.map(({ before, after, visibleToPatient }) => ({ before, after, visibleToPatient }))).toEqual(
      [
        { before: { assignee: null }, after: { assignee: amara.name }, visibleToPatient: false },
        { before: { assignee: amara.name }, after: { assignee: null }, visibleToPatient: false },
      ],
    );
    await moveRequest(fresh.world, requestId, { name: 'withdraw', expectedVersion: 1 }, ines);
    expect(await give(dana.id)).toEqual({ ok: false, refusal: 'notFromThisStatus' });
  });
});

describe('saved views', () => {
  it('are one person’s own, each name once', async () => {
    const { world } = fresh;
    const mine = { ownerId: dana.id, name: 'Due today', query: 'due=today' };
    expect(await saveView(world, mine)).toEqual({ ok: true });
    expect(await saveView(world, mine)).toEqual({ ok: false, refusal: 'nameTaken' });
    expect(await saveView(world, { ...mine, ownerId: amara.id })).toEqual({ ok: true });
    const [view] = await viewsOf(world.db, dana.id);
    expect(view).toMatchObject({ name: 'Due today', query: 'due=today' });
    expect(await dropView(world, amara.id, view?.id ?? '')).toBe(false);
    expect(await dropView(world, dana.id, view?.id ?? '')).toBe(true);
    expect(await viewsOf(world.db, dana.id)).toEqual([]);
  });
});
