import { afterAll, beforeAll, expect, it } from 'vitest';
import { connected } from '#tests/support/database.ts';
import { freshWorld, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterAll(() => fresh.drop());

interface Column {
  table: string;
  column: string;
}

/** Of the columns whose name says that they hold a hash: those of passwords and printed codes are argon2id, the others SHA-256. */
const hashColumns = () =>
  connected(fresh.databaseUrl, async (client) => {
    const { rows } = await client.query<Column>(
      `select table_name as table, column_name as column from information_schema.columns
       where table_schema = 'public' and (column_name like '%hash' or column_name like '%password%') and data_type = 'text' order by 1, 2`,
    );
    return rows;
  });

it('what people know or type is hashed by argon2id with 19 MiB or more, twice or more (V11.4.2)', async () => {
  const slow = (await hashColumns()).filter(({ column }) => /^(password_hash|code_hash)$/.test(column));
  expect(slow.map(({ table }) => table)).toEqual(
    expect.arrayContaining(['user_account', 'one_time_code', 'invitation', 'mail_proof']),
  );
  const stored = await connected(fresh.databaseUrl, async (client) => {
    const found: string[] = [];
    for (const { table, column } of slow) {
      const { rows } = await client.query<{ hash: string | null }>(
        `select "${column}" as hash from "${table}"`,
      );
      for (const { hash } of rows) if (hash !== null) found.push(hash);
    }
    return found;
  });
  expect(stored.length).toBeGreaterThan(4);
  for (const hash of stored) {
    const [, memory, times, lanes, salt = '', key = ''] =
      /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash) ?? [];
    expect(Number(memory)).toBeGreaterThanOrEqual(19_456);
    expect(Number(times)).toBeGreaterThanOrEqual(2);
    expect(Number(lanes)).toBe(1);
    expect(Buffer.from(salt, 'base64').length).toBeGreaterThanOrEqual(16);
    expect(Buffer.from(key, 'base64').length).toBeGreaterThanOrEqual(32);
  }
  expect(new Set(stored.map((hash) => hash.split('$')[4])).size).toBe(stored.length);
});

it('no other column holds a password: there is none by that name', async () => {
  const others = (await hashColumns()).filter(({ column }) => /password/.test(column));
  expect(others.filter(({ column }) => column !== 'password_hash')).toEqual([]);
});
