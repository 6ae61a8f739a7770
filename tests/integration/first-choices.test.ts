import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connected } from '#tests/support/database.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { rowsOfList } from '#tests/support/list-statement.ts';
import { freshWorld, type FreshWorld } from '#tests/support/world.ts';

// A list reads the record of whoever has one as it is, and puts together those of whoever has several: it has to know who that is.

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterAll(() => fresh.drop());

const patientOf = async (id: string) =>
  (await fresh.world.db.optOut.findUniqueOrThrow({ where: { id }, select: { patientId: true } })).patientId;
const firsts = async (patientId: string) =>
  (
    await fresh.world.db.optOut.findMany({
      ...{ where: { patientId }, select: { isFirst: true }, orderBy: { sequence: 'asc' } },
    })
  ).map(({ isFirst }) => isFirst);

describe('the first choice of a patient', () => {
  it('is marked, and no later one, whatever the one that writes it says', async () => {
    const no = await fileOptOut(fresh.world);
    const patientId = await patientOf(no);
    await withdrawOptOut(fresh.world, no);
    const { sequence: _s, ...again } = await fresh.world.db.optOut.findUniqueOrThrow({ where: { id: no } });
    await fresh.world.db.optOut.create({
      data: { ...again, id: crypto.randomUUID(), supersedesId: null, isFirst: true },
      select: { id: true },
    });
    const marked = await firsts(patientId);
    expect(marked.length).toBeGreaterThanOrEqual(3);
    expect(marked).toEqual(marked.map((_, place) => place === 0));
  });

  it('is one, also where no trigger marks it: two would be read as if each were all there is', async () => {
    const patientId = await patientOf(await fileOptOut(fresh.world));
    const copy = (isFirst: boolean) =>
      connected(fresh.databaseUrl, async (owner) => {
        await owner.query('set session_replication_role = replica');
        await owner.query(
          `insert into opt_out select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'is_first', $2::boolean,
             'supersedes_id', null, 'sequence', (select max(sequence) + 1 from opt_out)))).* from opt_out o where patient_id = $1 and is_first`,
          [patientId, isFirst],
        );
      });
    await expect(copy(true)).rejects.toThrow('opt_out_one_first');
    // What is not marked counts as a later one: it is found.
    await copy(false);
    expect((await firsts(patientId)).filter(Boolean)).toHaveLength(1);
    expect(
      await rowsOfList(fresh.databaseUrl, ['RB000417'], { count: 1_000_000, hasSpaces: false }),
    ).toHaveLength(1);
  });
});
