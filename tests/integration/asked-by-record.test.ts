import { afterAll, beforeAll, expect, it } from 'vitest';
import { databaseBefore, longAgo as long, rowId as id } from '#tests/support/before-migration.ts';
import { connected } from '#tests/support/database.ts';

// The migration that says under which record somebody was asked, on rows that were there before it.

let database: Awaited<ReturnType<typeof databaseBefore>>;
beforeAll(async () => {
  database = await databaseBefore('20261129170656_asked_by_record');
});
afterAll(() => database.drop());

const [patient, account, request, choice] = [1, 2, 3, 4].map((kind) => (n: number) => id(kind, n)) as [
  (n: number) => string,
  (n: number) => string,
  (n: number) => string,
  (n: number) => string,
];
const [asked, later] = ['2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z'];
const ends = '2026-08-01T00:00:00Z';

it('finds whom each old question went to, and drops those of which nobody can say', async () => {
  await database.fill(async (insert) => {
    const numbers = [1, 2, 3, 4, 5, 6];
    await insert(
      'patient',
      [...numbers, 7].map((n) => ({ id: patient(n) })),
    );
    await insert(
      'opt_out',
      numbers.map((n) => ({ id: choice(n), patient_id: patient(n), request_id: request(n), act: 'denied' })),
    );
    await insert(
      'opt_out_ask',
      numbers.map((n) => ({ opt_out_id: choice(n), asked_at: asked, ends_at: ends })),
    );
    await insert('user_account', [
      { id: account(1), patient_id: patient(1), created_at: long },
      // Asked by letter, and acts for somebody else's record too.
      { id: account(2), patient_id: patient(7), created_at: long },
      // Had an account then; the letter is gone.
      { id: account(3), patient_id: patient(3), created_at: long },
      // Got the account after the question.
      { id: account(4), patient_id: patient(4), created_at: later },
      { id: account(5), patient_id: patient(5), created_at: later },
    ]);
    const letter = { kind: 'choiceEnds', sent_at: asked };
    await insert('notice', [
      { ...letter, id: id(5, 1), request_id: request(1), user_id: account(1) },
      { ...letter, id: id(5, 2), request_id: request(2), user_id: account(2) },
      // Never went out.
      { ...letter, id: id(5, 5), request_id: request(5), user_id: account(5), sent_at: null },
    ]);
    const acting = { representative_id: account(2), decided_at: long };
    await insert('representation', [
      { ...acting, id: id(6, 1), patient_id: patient(2), state: 'granted' },
      // Was not let act yet when it was asked.
      { ...acting, id: id(6, 2), patient_id: patient(6), state: 'granted', decided_at: later },
    ]);
  });
  await database.bringUpToDate();
  await connected(database.url, async (client) => {
    const { rows } = await client.query<{ choice: string; patient: string; asked: Date; ends: Date }>(
      'select opt_out_id as choice, patient_id as patient, asked_at as asked, ends_at as ends from opt_out_ask order by 1, 2',
    );
    expect(rows.map((row) => [row.choice, row.patient])).toEqual([
      [choice(1), patient(1)],
      [choice(2), patient(2)],
      [choice(2), patient(7)],
      [choice(3), patient(3)],
    ]);
    for (const row of rows) expect([row.asked, row.ends]).toEqual([new Date(asked), new Date(ends)]);
    // What is there stays as it is.
    await expect(client.query('delete from opt_out_ask')).rejects.toThrow(/append-only|refused/);
  });
});
