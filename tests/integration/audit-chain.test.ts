import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendEvent } from '#app/audit/audit.server.ts';
import { verifyChain } from '#app/audit/seal.server.ts';
import { chainStart, chainText, type ChainedEvent } from '#app/audit/events.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, Prisma } from '#app/db/client.server.ts';
import { connected } from '#tests/support/database.ts';
import { freshWorld, somebody, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;

beforeEach(async () => {
  fresh = await freshWorld();
});
afterEach(() => fresh.drop());

const append = (note: string) =>
  inTransaction(fresh.world.db, (tx) =>
    appendEvent(tx, {
      type: 'records.read',
      actor: somebody,
      at: fresh.clock.now(),
      subject: { kind: 'patient', id: note },
      before: { b: 1, a: [null, true, { z: 'ä', y: '"' }] },
      after: { note },
      reason: 'because',
      visibleToPatient: false,
    }),
  );

/** What only somebody with the database itself in hand can do: the triggers do not fire for them. */
const tamper = (sql: string) =>
  connected(fresh.databaseUrl, async (client) => {
    await client.query('set session_replication_role = replica');
    const { rowCount } = await client.query(sql);
    expect(rowCount).toBeGreaterThan(0);
  });

describe('a chain that nobody touched', () => {
  it('is whole when it is empty, and after every kind of value', async () => {
    expect(await verifyChain(fresh.world.db)).toEqual({ whole: true, events: 0, headHash: chainStart });
    for (const note of ['one', 'two', 'three']) await append(note);
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: true, events: 3 });
  });

  it('is whole over more events than are read at a time', async () => {
    const long: (ChainedEvent & { hash: string })[] = [];
    for (let sequence = 1n; sequence <= 2_003n; sequence++) {
      const event: ChainedEvent = {
        sequence,
        at: fresh.clock.now(),
        type: 'records.read',
        actorKind: 'system',
        actorId: null,
        actorName: 'Test',
        subjectKind: 'patient',
        subjectId: String(sequence),
        patientId: null,
        requestId: null,
        before: null,
        after: null,
        reason: null,
        visibleToPatient: false,
        previousHash: long.at(-1)?.hash ?? chainStart,
      };
      long.push({ ...event, hash: sha256Hex(chainText(event)) });
    }
    await fresh.world.db.auditEvent.createMany({
      data: long.map((event) => ({ ...event, before: Prisma.DbNull, after: Prisma.DbNull })),
    });
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: true, events: 2_003 });
    await append('one more');
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: true, events: 2_004 });
  });

  it('has no fork and no gap after 16 writers at once, some of whom took their change back', async () => {
    const each = 12;
    const writer = async (name: number) => {
      for (let turn = 0; turn < each; turn++) {
        await append(`${name}-${turn}`);
        if (turn % 4 === 0) {
          const given = await inTransaction(fresh.world.db, async (tx) => {
            await appendEvent(tx, {
              type: 'records.read',
              actor: somebody,
              at: fresh.clock.now(),
              subject: { kind: 'patient', id: 'never' },
              visibleToPatient: false,
            });
            throw new Error('taken back');
          }).catch((error: unknown) => error);
          expect(given).toMatchObject({ message: 'taken back' });
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, name) => writer(name)));

    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: true, events: 16 * each });
    const rows = await fresh.world.db.auditEvent.findMany({
      select: { previousHash: true, subjectId: true },
    });
    expect(new Set(rows.map((row) => row.previousHash)).size).toBe(16 * each);
    expect(rows.some((row) => row.subjectId === 'never')).toBe(false);
  }, 60_000);

  it('is refused by the database to be changed, removed from or emptied', async () => {
    await append('one');
    for (const sql of [
      `update audit_event set reason = 'other'`,
      'delete from audit_event',
      'truncate audit_event cascade',
      // Statement triggers fire where no row is touched, too.
      'delete from audit_event where false',
    ]) {
      const refused = await connected(fresh.databaseUrl, (client) => client.query(sql)).catch(
        (error: unknown) => error,
      );
      expect(refused, sql).toMatchObject({ code: '23000', message: expect.stringContaining('append-only') });
    }
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: true, events: 1 });
  });
});

describe('a chain that was tampered with', () => {
  beforeEach(async () => {
    for (const note of ['1', '2', '3', '4', '5']) await append(note);
  });

  const columns: [string, string][] = [
    ['at', `at + interval '1 millisecond'`],
    ['type', `'request.read'`],
    ['actor_kind', `'staff'`],
    ['actor_id', `'11111111-1111-7111-8111-111111111111'`],
    ['actor_name', `'Somebody else'`],
    ['subject_kind', `'request'`],
    ['subject_id', `'99'`],
    ['patient_id', `'11111111-1111-7111-8111-111111111111'`],
    ['request_id', `'11111111-1111-7111-8111-111111111111'`],
    ['before', `'{"b": 2}'`],
    ['after', 'null'],
    ['reason', 'null'],
    ['visible_to_patient', 'true'],
  ];
  it.each(columns)('shows where %s was edited', async (column, value) => {
    await tamper(`update audit_event set ${column} = ${value} where sequence = 3`);
    expect(await verifyChain(fresh.world.db)).toEqual({ whole: false, brokenAt: 3n, why: 'changed' });
  });

  it('has every column of the table in that list, or in the links', async () => {
    const { rows } = await connected(fresh.databaseUrl, (client) =>
      client.query<{ name: string }>(
        `select column_name as name from information_schema.columns where table_name = 'audit_event'`,
      ),
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(
      [...columns.map(([name]) => name), 'sequence', 'previous_hash', 'hash'].sort(),
    );
  });

  it('shows where a row was removed: in the middle, and at the start', async () => {
    await tamper('delete from audit_event where sequence = 3');
    expect(await verifyChain(fresh.world.db)).toEqual({ whole: false, brokenAt: 3n, why: 'gap' });
    await tamper('delete from audit_event where sequence = 1');
    expect(await verifyChain(fresh.world.db)).toEqual({ whole: false, brokenAt: 1n, why: 'gap' });
  });

  it('shows where the rows after a removed one were numbered anew', async () => {
    await tamper('delete from audit_event where sequence = 3');
    await tamper('update audit_event set sequence = 3 where sequence = 4');
    await tamper('update audit_event set sequence = 4 where sequence = 5');
    expect(await verifyChain(fresh.world.db)).toEqual({ whole: false, brokenAt: 3n, why: 'unlinked' });
  });

  it('shows where a row was put in', async () => {
    await tamper('update audit_event set sequence = sequence + 100 where sequence >= 3');
    await tamper('update audit_event set sequence = sequence - 99 where sequence >= 103');
    await tamper(`insert into audit_event select 3, at, type, actor_kind, actor_id, 'Nobody', subject_kind, subject_id,
      patient_id, request_id, before, after, reason, visible_to_patient, previous_hash, repeat('a', 64)
      from audit_event where sequence = 2`);
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: false, brokenAt: 3n });
  });

  it('shows where two rows changed places', async () => {
    await tamper('update audit_event set sequence = 99 where sequence = 2');
    await tamper('update audit_event set sequence = 2 where sequence = 3');
    await tamper('update audit_event set sequence = 3 where sequence = 99');
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: false, brokenAt: 2n });
  });

  it('does not show a cut tail by itself: the head has to be kept elsewhere, and its hash tells', async () => {
    const before = await verifyChain(fresh.world.db);
    await tamper('delete from audit_event where sequence = 5');
    const after = await verifyChain(fresh.world.db);
    expect(before).toMatchObject({ whole: true, events: 5 });
    expect(after).toMatchObject({ whole: true, events: 4 });
    expect('headHash' in after && after.headHash).not.toBe('headHash' in before && before.headHash);
  });
});
