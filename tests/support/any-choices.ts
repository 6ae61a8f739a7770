import fc from 'fast-check';
import type { World } from '#app/db/world.ts';
import { settingDefaults } from '#app/facility/settings.ts';
import { optOutPurposes, type OptOutPurpose } from '#app/optouts/purposes.ts';
import { connected } from './database.ts';
import { hours } from './world.ts';

/** Numbers of the people whose choices are made up: `B1` to `B8` of RIVERBEND (`addPatients`), by their place. */
export const people = Array.from({ length: 8 }, (_, place) => ({ number: `B${place + 1}`, place }));
const anybody = fc.integer({ min: 0, max: people.length - 1 });
const companies = ['umbra', 'kestrel'] as const;

const anyRecord = fc.record({
  of: anybody,
  act: fc.constantFrom('denied' as const, 'denied' as const, 'permitted' as const, 'withdrawn' as const),
  purposes: fc.subarray([...optOutPurposes], { minLength: 1 }),
  vendors: fc.oneof(fc.constant(null), fc.subarray([...companies], { minLength: 1 })),
  studyUids: fc.constantFrom(null, ['2.25.1'], ['2.25.1', '2.25.2']),
  coversDeidentified: fc.boolean(),
  /** Hours from now. */
  from: fc.constantFrom(-2, -1, 0, 1),
  to: fc.constantFrom(null, -1, 0, 1),
  /** Who was asked whether it still stands. */
  asked: fc.oneof(fc.constant('itself' as const), anybody),
  /** The record that it ends or replaces, where there is one of its kind. */
  earlier: fc.nat({ max: 11 }),
  replaces: fc.boolean(),
  givenWith: fc.subarray([0, 1, 2, 3]),
});

/** What several people said, whose records are joined in any way, and what the facility asks permission for. */
export const anyChoices = fc.record({
  records: fc.array(anyRecord, { maxLength: 12 }),
  joins: fc.array(fc.tuple(anybody, anybody), { maxLength: 4 }),
  permission: fc.subarray([...optOutPurposes]),
});
export type AnyChoices = typeof anyChoices extends fc.Arbitrary<infer T> ? T : never;

interface Place {
  world: World;
  databaseUrl: string;
  now: Date;
  /** Ids of the people, by their place. */
  ids: readonly string[];
  vendorIds: Record<(typeof companies)[number], string>;
  /** A request, and who filed it. */
  like: { requestId: string; recordedById: string };
  /** How often the facility has set its rules so far. */
  times: number;
}

/** Puts choices in the place of what these people said before. No page would make all of them: rings of joined records, a "yes" to no asked purpose. */
export async function writeChoices(
  { world: { db }, databaseUrl, now, ids, vendorIds, like, times }: Place,
  { records, joins, permission }: AnyChoices,
): Promise<{ hasRing: boolean }> {
  const hour = (n: number) => new Date(now.getTime() + hours(n));
  const idAt = (place: number) => ids[place] ?? '';
  await db.settingVersion.create({
    data: {
      name: 'choices',
      value: { ...settingDefaults.choices, permission },
      setAt: new Date(now.getTime() - hours(1) / 2 + times),
    },
    select: { id: true },
  });
  const above = new Map<number, number>();
  for (const [one, into] of joins) if (one !== into) above.set(one, into);
  await connected(databaseUrl, async (owner) => {
    await owner.query('set session_replication_role = replica');
    await owner.query(
      'delete from opt_out_ask where opt_out_id in (select id from opt_out where patient_id = any($1::uuid[]))',
      [ids],
    );
    await owner.query('delete from opt_out where patient_id = any($1::uuid[])', [ids]);
    await owner.query('set session_replication_role = origin');
    await owner.query('update patient set merged_into_id = null where id = any($1::uuid[])', [ids]);
    for (const [one, into] of above)
      await owner.query('update patient set merged_into_id = $2 where id = $1', [idAt(one), idAt(into)]);
  });
  const written: { id: string; act: string }[] = [];
  /** Each is ended once under a record: the database takes no second. */
  const ended = new Set<string>();
  for (const { of, act, purposes, vendors, studyUids, coversDeidentified, ...rest } of records) {
    const before = written[rest.earlier];
    const end = `${before?.id} ${idAt(of)}`;
    const ends = before && !ended.has(end) && (act === 'withdrawn' || (rest.replaces && before.act === act));
    if (ends) ended.add(end);
    const expiresAt = rest.to === null ? null : hour(rest.to);
    const row = await db.optOut.create({
      data: {
        ...{ act, purposes: [...purposes] as OptOutPurpose[], ...like, patientId: idAt(of) },
        ...{
          vendorReach: vendors ? 'named' : 'all',
          vendorIds: (vendors ?? []).map((one) => vendorIds[one]),
        },
        ...{ studyReach: studyUids ? 'named' : 'all', studyUids: [...(studyUids ?? [])] },
        // Every "yes" covers both.
        coversDeidentified: act === 'permitted' || coversDeidentified,
        givenForIds: act === 'permitted' ? [...new Set([of, ...rest.givenWith])].map(idAt) : [],
        ...{ effectiveFrom: hour(rest.from), recordedAt: hour(Math.min(rest.from, 0)) },
        expiresAt: act === 'permitted' ? expiresAt : null,
        ...{ wordingVersion: 'x', wordingLocale: 'en', supersedesId: ends ? before.id : null },
      },
      select: { id: true, act: true },
    });
    if (act === 'denied' && expiresAt)
      await db.optOutAsk.create({
        data: {
          ...{ optOutId: row.id, patientId: idAt(rest.asked === 'itself' ? of : rest.asked) },
          ...{ askedAt: hour(rest.from), endsAt: expiresAt },
        },
        select: { optOutId: true },
      });
    written.push(row);
  }
  return { hasRing: people.some(({ place }) => isInRing(above, place)) };
}

function isInRing(above: ReadonlyMap<number, number>, from: number): boolean {
  const seen = new Set<number>();
  for (let at: number | undefined = from; at !== undefined; at = above.get(at)) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}
