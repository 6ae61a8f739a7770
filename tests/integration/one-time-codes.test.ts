import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import { codesLeft, issueCodes, newCodes, spendCode } from '#app/people/one-time-codes.server.ts';
import { freshWorld, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterAll(() => fresh.drop());

async function giveSet(
  kind: 'recovery' | 'sheet',
  count: number,
): Promise<{ userId: string; texts: string[] }> {
  const { world } = fresh;
  const { id: userId } = await personOf(world, 'patient');
  const { texts, rows } = await newCodes(count);
  await inTransaction(world.db, (tx) =>
    issueCodes(tx, { owner: { userId }, kind, rows, now: world.clock() }),
  );
  return { userId, texts };
}

describe('codes on paper', () => {
  it('of twenty uses of one code at one instant one counts, and leaves an event and a notice', async () => {
    const { world } = fresh;
    const { userId, texts } = await giveSet('recovery', 3);
    const code = texts[0] ?? '';
    const answers = await Promise.all(Array.from({ length: 20 }, () => spendCode(world, userId, code)));
    expect(answers.filter((answer) => answer !== null)).toEqual(['recoveryCode']);
    expect(await codesLeft(world.db, userId)).toEqual({ recovery: 2, sheet: null });
    expect(await world.db.auditEvent.count({ where: { type: 'recoveryCode.used' } })).toBe(1);
    expect(await world.db.notice.count({ where: { kind: 'recoveryCodeUsed', userId } })).toBe(1);
  });

  it('may be typed in small letters, with spaces and look-alikes', async () => {
    const { userId, texts } = await giveSet('sheet', 1);
    const typed = (texts[0] ?? '')
      .toLowerCase()
      .replaceAll('-', ' ')
      .replaceAll('0', 'o')
      .replaceAll('1', 'l');
    expect(await spendCode(fresh.world, userId, typed)).toBe('sheetCode');
  });

  it('are dead once a new set of their kind is made, and open no other account', async () => {
    const { world } = fresh;
    const old = await giveSet('recovery', 2);
    const stranger = await personOf(world, 'staff');
    expect(await spendCode(world, stranger.id, old.texts[0] ?? '')).toBeNull();
    const fresh2 = await giveSet('recovery', 1);
    expect(await spendCode(world, old.userId, old.texts[0] ?? '')).toBeNull();
    expect(await spendCode(world, old.userId, fresh2.texts[0] ?? '')).toBe('recoveryCode');
  });

  it('rest as hashes: no code is in the database', async () => {
    const { texts } = await giveSet('recovery', 2);
    const rows = JSON.stringify(await fresh.world.db.oneTimeCode.findMany());
    for (const text of texts) expect(rows).not.toContain(text.replaceAll('-', '').slice(3));
    expect(rows).toContain('$argon2id$');
  });
});
