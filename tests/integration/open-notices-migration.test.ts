import { afterAll, beforeAll, expect, it } from 'vitest';
import { databaseBefore, rowId } from '#tests/support/before-migration.ts';
import { connected } from '#tests/support/database.ts';

// The migration that allows one open notice about a choice to a company, on a database that has several.

let database: Awaited<ReturnType<typeof databaseBefore>>;
beforeAll(async () => {
  database = await databaseBefore('20261129201341_one_open_notice');
});
afterAll(() => database.drop());

const [notice, choice, vendor, request] = [1, 2, 3, 4].map((kind) => (n: number) => rowId(kind, n)) as [
  (n: number) => string,
  (n: number) => string,
  (n: number) => string,
  (n: number) => string,
];
const day = (n: number) => new Date(Date.UTC(2026, 5, n));

it('closes what a newer one took the place of, says when, and leaves everything else as it was', async () => {
  const of = (n: number, c: number, v: number, on: number, more: Record<string, unknown> = {}) => ({
    ...{ id: notice(n), reference: `VN-${n}`, kind: 'stop', opt_out_id: choice(c), vendor_id: vendor(v) },
    ...{ request_id: request(c), owed_at: day(on), sent_at: day(on) },
    ...more,
  });
  await database.fill(async (insert) => {
    await insert('vendor_notice', [
      // Three about one choice; what was said of the first stays with it.
      of(1, 1, 1, 1, { acknowledged_at: day(2), answered_at: day(2) }),
      of(2, 1, 1, 3),
      of(3, 1, 1, 5),
      // To another company, about another choice, and of another kind.
      of(4, 1, 2, 1),
      of(5, 2, 1, 1),
      of(6, 1, 1, 6, { kind: 'ended' }),
      // The newest is closed already: the one before it is the open one.
      of(7, 3, 1, 1),
      of(8, 3, 1, 2, { closed_at: day(4) }),
      // Recalls are of no choice.
      of(9, 4, 1, 1, { kind: 'recall', opt_out_id: null }),
      of(10, 4, 1, 2, { kind: 'recall', opt_out_id: null }),
    ]);
    await insert('vendor_notice_event', [
      { id: rowId(5, 1), notice_id: notice(1), type: 'answered', at: day(2), deeds: ['stopped'] },
    ]);
    await insert('vendor_delivery', [
      { id: rowId(6, 1), notice_id: notice(1), token_hash: 'first', made_at: day(1), expires_at: day(30) },
    ]);
  });
  const all = (table: string) =>
    connected(database.url, async (client) => {
      const { rows } = await client.query<Record<string, unknown>>(`select * from ${table} order by id`);
      return rows;
    });
  const [before, delivered] = [await all('vendor_notice'), await all('vendor_delivery')];
  await database.bringUpToDate();

  const closed = new Map([
    [notice(1), day(5)],
    [notice(2), day(5)],
  ]);
  expect(await all('vendor_notice')).toMatchObject(
    before.map((row) => ({ ...row, closed_at: closed.get(row.id as string) ?? row.closed_at })),
  );
  expect(await all('vendor_delivery')).toMatchObject(delivered);
  const events = await all('vendor_notice_event');
  expect(events.find(({ type }) => type === 'answered')).toMatchObject({ notice_id: notice(1), at: day(2) });
  const ends = events.filter(({ type }) => type === 'closed');
  expect(new Map(ends.map(({ notice_id, at }) => [notice_id, at]))).toEqual(closed);
  expect(ends.map(({ by_id }) => by_id)).toEqual([null, null]);

  await connected(database.url, async (client) => {
    const open = 'update vendor_notice set closed_at = null where id = $1';
    await expect(client.query(open, [notice(2)])).rejects.toThrow('vendor_notice_one_open');
  });
});
