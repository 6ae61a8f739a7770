import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { sealEvents, verifyChain } from '#app/audit/seal.server.ts';
import type { World } from '#app/db/world.ts';
import { localDateAt, startOfLocalDate } from '#app/facility/local-date.ts';
import { sweep } from '#app/jobs/sweep.server.ts';
import { liftFlag, setFlag } from '#app/people/flags.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { keptFrom } from '#app/requests/keeping.ts';
import { writeNote } from '#app/requests/messages.server.ts';
import { addFile } from '#app/requests/staff-files.server.ts';
import { facility } from '#prisma/seed/cast.ts';
import { answer, wholeLetter } from '#tests/support/asked.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import {
  freshWorld,
  hours,
  patientOf,
  personOf,
  testClock,
  worldOn,
  type FreshWorld,
} from '#tests/support/world.ts';

// The database looks at its own clock, so what is old here is old by that one.
const today = new Date();
const firstKept = keptFrom(localDateAt(today, facility.timeZone));
const firstKeptInstant = startOfLocalDate(firstKept, facility.timeZone).getTime();
const yearsAgo = (years: number) => new Date(today.getTime() - years * 365.25 * hours(24));

let fresh: FreshWorld;
let zoe: Person & { patientId: string };
let ines: Person & { patientId: string };
let dana: Person;
let amara: Person;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: today });
  [zoe, ines, dana, amara] = await Promise.all([
    patientOf(fresh.world, 'RB000902'),
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
});
afterAll(() => fresh.drop());

const asked = {
  access: { details: { part: 'both', delivery: 'link' }, statement: { which: 'The CT of my chest.' } },
  amendment: { details: {}, statement: { wrong: 'Left lung.', right: 'Right lung', why: 'I was there.' } },
  accounting: { details: { from: '2018-01-01', to: '2018-12-31' }, statement: {} },
} as const;

async function file(kind: keyof typeof asked, world: World, actor: Person): Promise<string> {
  const submissionKey = crypto.randomUUID();
  const filed = await submitRequest(world, { actor, kind, locale: 'en', submissionKey, ...asked[kind] });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed.requestId;
}

/** Asked for, written about and answered at one instant. @returns its id */
async function answered(kind: keyof typeof asked, at: Date, actor: Person): Promise<string> {
  const world = worldOn(fresh.databaseUrl, testClock(at), { demo: true });
  try {
    const requestId = await file(kind, world, actor);
    const submissionKey = crypto.randomUUID();
    await writeNote(world, { requestId, actor: dana, text: 'Seen.', documents: [], submissionKey });
    await addFile(world, {
      requestId,
      actor: dana,
      use: 'forRelease',
      document: {
        fileName: 'report.pdf',
        mediaType: 'application/pdf',
        bytes: new TextEncoder().encode('%PDF-1.4'),
      },
    });
    const outcome = kind === 'accounting' ? 'nothingToReport' : 'granted';
    await answer(world, requestId, { letter: wholeLetter(kind, outcome), drafter: dana, sender: amara });
    return requestId;
  } finally {
    await world.database.close();
  }
}

const db = () => fresh.world.db;
const left = async (ids: string[]) =>
  (await db().privacyRequest.findMany({ where: { id: { in: ids } }, select: { id: true } })).map(
    ({ id }) => id,
  );
const removals = (type: string) =>
  db().auditEvent.findMany({
    where: { type },
    orderBy: { id: 'asc' },
    select: { patientId: true, after: true },
  });

it('six years after its last act a request goes, not a moment before, and nothing that has effect or is held', async () => {
  const last = await answered('access', new Date(firstKeptInstant - 1), zoe);
  const list = await answered('accounting', yearsAgo(7), zoe);
  const onTheDay = await answered('access', new Date(firstKeptInstant), zoe);
  const correction = await answered('amendment', yearsAgo(7), zoe);
  const writtenTo = await answered('access', yearsAgo(7), zoe);
  await db().requestMessage.create({
    data: {
      requestId: writtenTo,
      authorId: dana.id,
      audience: 'internal',
      byFacility: true,
      bodySealed: 'v1.x',
      writtenAt: yearsAgo(5),
      submissionKey: crypto.randomUUID(),
    },
  });
  const early = worldOn(fresh.databaseUrl, testClock(yearsAgo(7)), { demo: true });
  const said = await fileOptOut(early, { mrn: 'RB000902' });
  const { requestId: no } = await db().optOut.findUniqueOrThrow({
    where: { id: said },
    select: { requestId: true },
  });
  await answer(early, no, { letter: wholeLetter('optOut', 'granted'), drafter: dana, sender: amara });
  await early.database.close();
  const ofInes = await answered('access', yearsAgo(7), ines);
  // Ines has just asked for something.
  await file('access', fresh.world, ines);

  const all = [last, list, onTheDay, correction, writtenTo, no, ofInes];
  const flag = { kind: 'retentionHold' as const, reason: 'A lawsuit', personName: null, againstId: null };
  const held = await setFlag(fresh.world, { actor: dana, patientId: zoe.patientId, flag });
  if (!held.ok) throw new Error(held.refusal);
  await sweep(fresh.world);
  expect((await left(all)).sort()).toEqual([...all].sort());
  expect(await removals('retention.removed')).toEqual([]);

  const about = { actor: dana, patientId: zoe.patientId, flagId: held.flagId, reason: 'It is over' };
  expect(await liftFlag(fresh.world, about)).toBe(true);
  const events = await db().auditEvent.count();
  await sweep(fresh.world);
  await sweep(fresh.world);
  expect((await left(all)).sort()).toEqual([onTheDay, correction, writtenTo, no, ofInes].sort());
  expect(await db().attachment.count({ where: { requestId: { in: [last, list] } } })).toBe(0);
  expect(await db().requestMessage.count({ where: { requestId: { in: [last, list] } } })).toBe(0);
  expect(await db().optOut.count({ where: { id: said } })).toBe(1);

  // What was removed is in the audit, and the audit is whole.
  const told = await removals('request.removed');
  expect(told).toHaveLength(2);
  for (const { patientId } of told) expect(patientId).toBe(zoe.patientId);
  expect(told.map(({ after }) => after)).toContainEqual(
    expect.objectContaining({ kind: 'accounting', messages: 1, files: 1, lists: 1 }),
  );
  expect(await removals('retention.removed')).toMatchObject([
    { after: { keptFrom: firstKept, requests: 2, kinds: { access: 1, accounting: 1 } } },
  ]);
  expect(await db().auditEvent.count()).toBe(events + 3);
  expect(await db().auditEvent.count({ where: { requestId: last } })).toBeGreaterThan(1);
  await sealEvents(db(), today);
  expect(await verifyChain(db())).toMatchObject({ whole: true });

  // The role that Plainview works as has no other way, whatever it says of the time or of itself.
  const { pool } = fresh.world.database;
  const code = (sql: string) =>
    pool.query(sql).then(
      ({ rows }) => JSON.stringify(rows),
      (error: unknown) => (error as { code?: string }).code,
    );
  expect(await code(`select remove_request_after_six_years('${writtenTo}', 'infinity') as gone`)).toBe(
    '[{"gone":null}]',
  );
  expect(await code(`delete from privacy_request where id = '${onTheDay}'`)).toBe('42501');
  expect(
    await code(
      `begin; set local plainview.removing = '${onTheDay}'; delete from attachment where request_id = '${onTheDay}'; commit`,
    ),
  ).toBe('23000');
  await pool.query('rollback');
});
