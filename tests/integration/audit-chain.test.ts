import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendEvent } from '#app/audit/audit.server.ts';
import { writeCheckpoint } from '#app/audit/checkpoints.server.ts';
import { noteHead } from '#app/audit/head-note.server.ts';
import { chainStart, chainText, type ChainedEvent } from '#app/audit/events.ts';
import { chainState, inspectChain, isSound, keepCheck } from '#app/audit/inspection.server.ts';
import { chainHead, sealEvents, sealNewEvents, verifyChain, waitingEvents } from '#app/audit/seal.server.ts';
import { newKeyRingEntry, parseKeyRing } from '#app/crypto/key-ring.server.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { startChainKeeper } from '#app/jobs/chain-keeper.server.ts';
import { connected } from '#tests/support/database.ts';
import { freshWorld, hours, minutes, seconds, somebody, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;

beforeEach(async () => {
  fresh = await freshWorld();
});
afterEach(() => fresh.drop());

const write = (note: string) =>
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
const seal = () => sealEvents(fresh.world.db, fresh.clock.now());
const verdict = () => verifyChain(fresh.world.db);

/** What only somebody with the database itself in hand can do: the triggers do not fire for them. */
const tamper = (...statements: string[]) =>
  connected(fresh.databaseUrl, async (client) => {
    await client.query('set session_replication_role = replica');
    for (const sql of statements) {
      const { rowCount } = await client.query(sql);
      expect(rowCount, sql).not.toBe(0);
    }
  });

describe('a chain that nobody touched', () => {
  it('is whole when it is empty, and after every kind of value', async () => {
    expect(await verdict()).toEqual({ whole: true, events: 0, headHash: chainStart });
    for (const note of ['one', 'two', 'three']) await write(note);
    expect(await waitingEvents(fresh.world.db)).toEqual({ count: 3, since: fresh.clock.now() });
    fresh.clock.advance(seconds(1));
    expect(await seal()).toBe(3);
    expect(await waitingEvents(fresh.world.db)).toEqual({ count: 0, since: null });
    expect(await verdict()).toMatchObject({ whole: true, events: 3 });
    expect(await seal()).toBe(0);
  });

  it('goes on from a chain of the first kind, whose hashes know neither the sealing nor on whose behalf', async () => {
    await write('old');
    await tamper('update audit_event set recorded_at = null');
    const [event] = await fresh.world.db.auditEvent.findMany();
    if (!event) throw new Error('no event');
    const { id, ...fields } = event;
    const link: Omit<ChainedEvent, 'onBehalfOf' | 'sealedAt'> = {
      ...fields,
      recordedAt: null,
      sequence: 1n,
      previousHash: chainStart,
    };
    const text = JSON.stringify(chainText({ ...link, onBehalfOf: null, sealedAt: event.at }));
    expect(text).not.toMatch(/onBehalfOf|sealedAt|recordedAt|shownPatientIds/);
    await fresh.world.db.auditSeal.create({
      data: {
        sequence: 1n,
        eventId: id,
        previousHash: chainStart,
        hash: sha256Hex(chainText({ ...link, onBehalfOf: null, sealedAt: event.at })),
        sealedAt: event.at,
      },
    });
    fresh.clock.advance(seconds(1));
    await write('new');
    await seal();
    expect(await verdict()).toMatchObject({ whole: true, events: 2 });
  });

  it('is whole over more events than are sealed or read at a time', async () => {
    await connected(fresh.databaseUrl, (client) =>
      client.query(`insert into audit_event (at, type, actor_kind, actor_name, subject_kind, subject_id, visible_to_patient)
        select now(), 'records.read', 'system', 'Test', 'patient', n::text, false from generate_series(1, 2003) n`),
    );
    expect(await seal()).toBe(2_003);
    expect(await verdict()).toMatchObject({ whole: true, events: 2_003 });
    await write('one more');
    expect(await sealNewEvents(fresh.world.db, fresh.clock.now())).toBe(1);
    expect(await verdict()).toMatchObject({ whole: true, events: 2_004 });
  });

  it('takes in an event that was written first and committed last', async () => {
    await connected(fresh.databaseUrl, async (slow) => {
      await slow.query('begin');
      await slow.query(`insert into audit_event (at, type, actor_kind, actor_name, subject_kind, subject_id, visible_to_patient)
        values (now(), 'records.read', 'system', 'Test', 'patient', 'slow', false)`);
      await write('quick');
      expect(await seal()).toBe(1);
      await slow.query('commit');
    });
    expect(await sealNewEvents(fresh.world.db, fresh.clock.now())).toBe(1);
    expect(await verdict()).toMatchObject({ whole: true, events: 2 });
  });

  it('has no fork and no gap after 16 writers at once and 3 sealers, some of whom took their change back', async () => {
    const each = 12;
    let writing = true;
    const sealer = async () => {
      while (writing) await sealNewEvents(fresh.world.db, fresh.clock.now());
    };
    const writer = async (name: number) => {
      for (let turn = 0; turn < each; turn++) {
        await write(`${name}-${turn}`);
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
    const sealers = Array.from({ length: 3 }, sealer);
    await Promise.all(Array.from({ length: 16 }, (_, name) => writer(name)));
    writing = false;
    await Promise.all(sealers);
    await seal();

    expect(await verdict()).toMatchObject({ whole: true, events: 16 * each });
    const rows = await fresh.world.db.auditSeal.findMany({
      orderBy: { sequence: 'asc' },
      select: { sequence: true, previousHash: true, event: { select: { subjectId: true } } },
    });
    expect(rows.map(({ sequence }) => Number(sequence))).toEqual(rows.map((_, index) => index + 1));
    expect(new Set(rows.map((row) => row.previousHash)).size).toBe(16 * each);
    expect(new Set(rows.map(({ event }) => event.subjectId)).size).toBe(16 * each);
    expect(rows.some(({ event }) => event.subjectId === 'never')).toBe(false);
  }, 60_000);

  it.each(['audit_event', 'audit_seal'])(
    '%s: the database refuses to change, remove or empty it',
    async (table) => {
      await write('one');
      await seal();
      const column = table === 'audit_event' ? 'reason' : 'hash';
      for (const sql of [
        `update ${table} set ${column} = 'other'`,
        `delete from ${table}`,
        `truncate ${table} cascade`,
        // Statement triggers fire where no row is touched, too.
        `delete from ${table} where false`,
      ]) {
        const refused = await connected(fresh.databaseUrl, (client) => client.query(sql)).catch(
          (error: unknown) => error,
        );
        expect(refused, sql).toMatchObject({
          code: '23000',
          message: expect.stringContaining('append-only'),
        });
      }
      expect(await verdict()).toMatchObject({ whole: true, events: 1 });
    },
  );
});

describe('a chain that was tampered with', () => {
  beforeEach(async () => {
    for (const note of ['1', '2', '3', '4', '5']) await write(note);
    fresh.clock.advance(seconds(1));
    await seal();
  });
  const third = '(select event_id from audit_seal where sequence = 3)';

  const columns: Record<'audit_event' | 'audit_seal', Record<string, [value: string, why: string]>> = {
    audit_event: {
      id: ['id + 100', 'gap'],
      at: [`at + interval '1 millisecond'`, 'changed'],
      type: [`'request.read'`, 'changed'],
      actor_kind: [`'staff'`, 'changed'],
      actor_id: [`'11111111-1111-7111-8111-111111111111'`, 'changed'],
      actor_name: [`'Somebody else'`, 'changed'],
      on_behalf_of: [`'Somebody else'`, 'changed'],
      subject_kind: [`'request'`, 'changed'],
      subject_id: [`'99'`, 'changed'],
      patient_id: [`'11111111-1111-7111-8111-111111111111'`, 'changed'],
      request_id: [`'11111111-1111-7111-8111-111111111111'`, 'changed'],
      before: [`'{"b": 2}'`, 'changed'],
      after: ['null', 'changed'],
      reason: ['null', 'changed'],
      visible_to_patient: ['true', 'changed'],
      recorded_at: [`recorded_at - interval '1 millisecond'`, 'changed'],
      shown_patient_ids: [`'{11111111-1111-7111-8111-111111111111}'`, 'changed'],
    },
    audit_seal: {
      sequence: ['99', 'gap'],
      event_id: ['event_id + 100', 'gap'],
      previous_hash: [`repeat('a', 64)`, 'unlinked'],
      content_hash: [`repeat('a', 64)`, 'changed'],
      hash: [`repeat('a', 64)`, 'changed'],
      sealed_at: [`sealed_at + interval '1 millisecond'`, 'changed'],
    },
  };
  const edits = Object.entries(columns).flatMap(([table, of]) =>
    Object.entries(of).map(([column, [value, why]]) => ({ table, column, value, why })),
  );
  it.each(edits)('shows where $column of $table was edited', async ({ table, column, value, why }) => {
    const row = table === 'audit_event' ? `id = ${third}` : 'sequence = 3';
    await tamper(`update ${table} set ${column} = ${value} where ${row}`);
    expect(await verdict()).toEqual({ whole: false, brokenAt: 3n, why });
  });

  it('shows where the time of sealing was put to that of the event, as in a chain of the first kind', async () => {
    await tamper(
      `update audit_seal set sealed_at = (select at from audit_event where id = event_id) where sequence = 3`,
    );
    expect(await verdict()).toEqual({ whole: false, brokenAt: 3n, why: 'changed' });
  });

  it('shows where the hash of the content was taken away, as in a chain of the first kind', async () => {
    await tamper('update audit_seal set content_hash = null where sequence = 3');
    expect(await verdict()).toEqual({ whole: false, brokenAt: 3n, why: 'changed' });
  });

  it.each(['audit_event', 'audit_seal'] as const)('has every column of %s in that list', async (table) => {
    const { rows } = await connected(fresh.databaseUrl, (client) =>
      client.query<{ name: string }>(
        `select column_name as name from information_schema.columns where table_name = $1`,
        [table],
      ),
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(columns[table]).sort());
  });

  it.each([1, 3])('shows that event %i was removed, with its seal and without', async (sequence) => {
    const event = `(select event_id from audit_seal where sequence = ${sequence})`;
    await tamper(`delete from audit_event where id = ${event}`);
    expect(await verdict()).toEqual({ whole: false, brokenAt: BigInt(sequence), why: 'gap' });
    await tamper(`delete from audit_seal where sequence = ${sequence}`);
    expect(await verdict()).toEqual({ whole: false, brokenAt: BigInt(sequence), why: 'gap' });
  });

  it('shows where the rows after a removed one were numbered anew', async () => {
    await tamper(
      `delete from audit_event where id = ${third}`,
      'delete from audit_seal where sequence = 3',
      'update audit_seal set sequence = 3 where sequence = 4',
      'update audit_seal set sequence = 4 where sequence = 5',
    );
    expect(await verdict()).toEqual({ whole: false, brokenAt: 3n, why: 'unlinked' });
  });

  it('shows where a row was put in', async () => {
    await tamper(
      'update audit_seal set sequence = sequence + 100 where sequence >= 3',
      'update audit_seal set sequence = sequence - 99 where sequence >= 103',
      `insert into audit_event (at, type, actor_kind, actor_name, subject_kind, subject_id, visible_to_patient)
         values (now(), 'records.read', 'system', 'Nobody', 'patient', 'x', false)`,
      `insert into audit_seal (sequence, event_id, previous_hash, hash, sealed_at)
         select 3, max(id), repeat('a', 64), repeat('b', 64), now() from audit_event`,
    );
    expect(await verdict()).toMatchObject({ whole: false, brokenAt: 3n });
  });

  it('shows where two rows changed places', async () => {
    await tamper(
      'update audit_seal set event_id = -1 where sequence = 2',
      `update audit_seal set event_id = ${third} - 1 where sequence = 3`,
      'update audit_seal set event_id = (select event_id + 1 from audit_seal where sequence = 3) where sequence = 2',
    );
    expect(await verdict()).toEqual({ whole: false, brokenAt: 2n, why: 'changed' });
  });

  describe('and was put together again', () => {
    let folder: string;
    let file: string;
    const inspect = () => inspectChain({ ...fresh.world, checkpointFile: file });
    const checkpoint = () => writeCheckpoint(fresh.world.db, fresh.world.keys, file, fresh.clock.now());

    beforeEach(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-checkpoints-'));
      file = path.join(folder, 'checkpoints.jsonl');
      await checkpoint();
      for (const note of ['6', '7', '8']) {
        await write(note);
        await seal();
        await checkpoint();
      }
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    /** Seals all anew from an event on, as somebody would who knows how. */
    const rewriteFrom = async (sequence: number, ...changes: string[]) => {
      await tamper(...changes, `delete from audit_seal where sequence >= ${sequence}`);
      await seal();
      expect(await verdict()).toMatchObject({ whole: true });
    };

    it('is whole before', async () => {
      expect(await inspect()).toMatchObject({
        verdict: { whole: true, events: 8 },
        waiting: { count: 0 },
        checkpoints: { kept: 'inFile', checked: 4, forged: [], unknownKey: 0, newest: { sequence: 8n } },
      });
    });

    it('shows a cut tail by the checkpoints', async () => {
      await tamper(
        'delete from audit_event where id in (select event_id from audit_seal where sequence >= 7)',
        'delete from audit_seal where sequence >= 7',
      );
      expect(await verdict()).toMatchObject({ whole: true, events: 6 });
      expect((await inspect()).verdict).toEqual({ whole: false, brokenAt: 7n, until: 8n, why: 'cut' });
    });

    it('shows that everything was emptied', async () => {
      await tamper('delete from audit_seal', 'delete from audit_event');
      expect((await inspect()).verdict).toEqual({ whole: false, brokenAt: 1n, until: 8n, why: 'cut' });
    });

    it.each([
      [7, { brokenAt: 7n, until: 7n }],
      [3, { brokenAt: 1n, until: 5n }],
    ])(
      'shows a chain written anew from event %i on, as near as the checkpoints are',
      async (sequence, where) => {
        const event = `(select event_id from audit_seal where sequence = ${sequence})`;
        await rewriteFrom(sequence, `update audit_event set reason = 'other' where id = ${event}`);
        expect((await inspect()).verdict).toEqual({ whole: false, ...where, why: 'rewritten' });
      },
    );

    describe('since the last checkpoint, where each sealing noted its head', () => {
      const note = () => noteHead(fresh.world.db, fresh.world.keys, file, fresh.clock.now());
      const cutTheLast = () =>
        tamper(
          'delete from audit_event where id = (select max(event_id) from audit_seal)',
          'delete from audit_seal where sequence = (select max(sequence) from audit_seal)',
        );
      beforeEach(async () => {
        await write('9');
        await seal();
        await note();
      });

      it('shows each event that is cut off the end, and goes on showing it', async () => {
        await cutTheLast();
        const cut = { whole: false, brokenAt: 9n, until: 9n, why: 'cut' };
        expect((await inspect()).verdict).toEqual(cut);
        // The keeper tells it, and takes no word back.
        await expect(note()).rejects.toThrow('does not hold event 9');
        expect((await inspect()).verdict).toEqual(cut);
        // Another event in its place is not the one that was noted.
        await write('in its place');
        await seal();
        await expect(note()).rejects.toThrow('does not hold event 9');
        await checkpoint();
        expect((await inspect()).verdict).toEqual({
          whole: false,
          brokenAt: 9n,
          until: 9n,
          why: 'rewritten',
        });
      });

      it('keeps what an earlier checkpoint says of an event that a later one tells otherwise', async () => {
        await checkpoint();
        await rewriteFrom(
          9,
          `update audit_event set reason = 'other' where id = (select event_id from audit_seal where sequence = 9)`,
        );
        await checkpoint();
        expect((await inspect()).verdict).toEqual({
          whole: false,
          brokenAt: 9n,
          until: 9n,
          why: 'rewritten',
        });
      });

      it('notices a note that was changed, and says that one is missing', async () => {
        const text = await readFile(`${file}.head`, 'utf8');
        await writeFile(`${file}.head`, text.replace('"9"', '"8"'));
        const forged = await inspect();
        expect(forged.checkpoints).toMatchObject({ note: 'forged', noted: null });
        expect(isSound(forged)).toBe(false);
        await expect(note()).rejects.toThrow('not as it was signed');
        await rm(`${file}.head`);
        expect((await inspect()).checkpoints).toMatchObject({ note: 'none' });
        await note();
        expect((await inspect()).checkpoints).toMatchObject({ note: 'right', noted: { sequence: 9n } });
      });

      it('says what it cannot see: events that were sealed and not yet noted', async () => {
        await write('10');
        await seal();
        await cutTheLast();
        const { verdict: found, checkpoints } = await inspect();
        expect(found).toMatchObject({ whole: true, events: 9 });
        expect(checkpoints).toMatchObject({ newest: { sequence: 8n }, noted: { sequence: 9n } });
      });
    });

    it('notices checkpoint lines that were changed, made up, or signed with another key of the same name', async () => {
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      const [first = '', second = ''] = lines;
      const strange = parseKeyRing(newKeyRingEntry('t1'));
      await writeFile(file, [first, second.replace('"6"', '"7"'), ...lines.slice(2)].join('\n') + '\n');
      expect((await inspect()).checkpoints).toMatchObject({ checked: 3, forged: [2] });
      await appendFile(file, 'nonsense\n');
      await write('9');
      await seal();
      await writeCheckpoint(fresh.world.db, strange, file, fresh.clock.now());
      expect((await inspect()).checkpoints).toMatchObject({ checked: 3, forged: [2, 5, 6] });
    });

    it('says how many it cannot judge because their key is gone, and does not count them as forged', async () => {
      const keys = parseKeyRing(newKeyRingEntry('n1'));
      await writeCheckpoint(fresh.world.db, keys, file, fresh.clock.now());
      expect(await inspectChain({ ...fresh.world, keys, checkpointFile: file })).toMatchObject({
        verdict: { whole: true },
        checkpoints: { checked: 1, unknownKey: 4, forged: [], newest: { sequence: 8n } },
      });
    });

    it('keeps a line that a crash cut short apart from the next one', async () => {
      await appendFile(file, '{"sequence":"8","ha');
      await write('9');
      await seal();
      await checkpoint();
      expect((await inspect()).checkpoints).toMatchObject({
        checked: 5,
        forged: [5],
        newest: { sequence: 9n },
      });
    });

    it('adds no line while nothing is new', async () => {
      expect(await checkpoint()).toBeNull();
      expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(4);
    });
  });
});

describe('the time that an event tells', () => {
  const asPlainview = (sql: string, values: unknown[] = []) => fresh.world.database.pool.query(sql, values);
  const columns = 'at, type, actor_kind, actor_name, subject_kind, subject_id, visible_to_patient';
  const insertAt = (at: Date) =>
    asPlainview(
      `insert into audit_event (${columns}) values ($1, 'records.read', 'system', 'Test', 'patient', 'x', false)`,
      [at],
    );
  const inspect = () => inspectChain(fresh.world);
  const now = () => Date.now();

  it('is held against when it came, which the program cannot say: what was dated back or ahead is named', async () => {
    await insertAt(new Date(now()));
    const [back, ahead] = [new Date(now() - hours(24 * 365)), new Date(now() + minutes(20))];
    await insertAt(back);
    await insertAt(new Date(now() - minutes(14)));
    await insertAt(ahead);
    await seal();
    const found = await inspect();
    expect(found.verdict).toMatchObject({ whole: true, events: 4 });
    expect(found.oddTimes).toMatchObject({
      count: 2,
      first: [
        { sequence: 2n, at: back },
        { sequence: 4n, at: ahead },
      ],
    });
    expect(isSound(found)).toBe(false);
    for (const [column, value] of [
      ['recorded_at', `now() - interval '1 year'`],
      ['recorded_at', 'null'],
      ['id', '-5'],
    ]) {
      const refused = await asPlainview(
        `insert into audit_event (${column}, ${columns}) values (${value}, now(), 'records.read', 'system', 'Test', 'patient', 'x', false)`,
      ).catch((error: unknown) => error);
      expect(refused, column).toMatchObject({ code: '42501' });
    }
  });

  it('is held against those before it: one that was put in later with both times set back is named', async () => {
    await insertAt(new Date(now()));
    await tamper(
      `insert into audit_event (recorded_at, ${columns})
       values (now() - interval '1 year', now() - interval '1 year', 'records.read', 'system', 'Test', 'patient', 'x', false)`,
    );
    await insertAt(new Date(now()));
    await seal();
    const found = await inspect();
    expect(found.oddTimes).toMatchObject({ count: 1, first: [{ sequence: 2n }] });
    expect(isSound(found)).toBe(false);
  });

  it('is not held where it was not kept before, and is missing where it was taken away later', async () => {
    for (const day of [3, 2, 1]) await insertAt(new Date(now() - hours(24 * day)));
    await insertAt(new Date(now()));
    await insertAt(new Date(now()));
    await tamper(
      'update audit_event set recorded_at = null where id <= (select min(id) + 2 from audit_event)',
      'update audit_event set recorded_at = null where id = (select max(id) from audit_event)',
    );
    await seal();
    expect((await inspect()).oddTimes).toMatchObject({
      count: 1,
      first: [{ sequence: 5n, recordedAt: null }],
    });
  });

  it('of a made-up facility’s stories is not held, up to where the seed says that it ended', async () => {
    await asPlainview(`insert into installation_mark (id, kind, marked_at) values (1, 'demo', now())`);
    await insertAt(new Date(now() - hours(24)));
    await asPlainview(
      `insert into audit_event (${columns}) values (now(), 'facility.seeded', 'system', 'Test', 'facility', '1', false)`,
    );
    await insertAt(new Date(now() - hours(24)));
    await seal();
    const found = await inspect();
    expect(found).toMatchObject({ seededTo: 2n, oddTimes: { count: 1, first: [{ sequence: 3n }] } });
    // The mark of a real one is not changed into that of a demo.
    await tamper(`update installation_mark set kind = 'production'`);
    await expect(asPlainview(`update installation_mark set kind = 'demo'`)).rejects.toThrow(
      'permission denied',
    );
    expect(await inspect()).toMatchObject({ seededTo: 0n, oddTimes: { count: 2 } });
  });

  it('stays among what was found when only new events are read', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-times-'));
    try {
      const world = { ...fresh.world, checkpointFile: path.join(folder, 'checkpoints.jsonl') };
      await insertAt(new Date(now() - hours(24)));
      await seal();
      await keepCheck(world, fresh.clock.now(), 'whole');
      await insertAt(new Date(now()));
      await seal();
      await keepCheck(world, fresh.clock.now(), 'new');
      expect(await chainState(world, fresh.clock.now())).toMatchObject({
        inspection: {
          verdict: { events: 2 },
          oddTimes: { count: 1, first: [{ sequence: 1n, recordedAt: expect.any(Date) as Date }] },
        },
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the keeper of the chain', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-keeper-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const kept = (checkpointFile: string) => {
    const told: string[] = [];
    const log = {
      info: (_: object, words: string) => told.push(words),
      warn: (_: object, words: string) => told.push(words),
    };
    const world = { ...fresh.world, checkpointFile };
    return { told, world, keeper: startChainKeeper(world, log) };
  };

  it('seals what is committed within about a second, together with others, and notes the head when it stops', async () => {
    const file = path.join(folder, 'checkpoints.jsonl');
    const first = kept(file);
    const second = kept(path.join(folder, 'other.jsonl'));
    const began = performance.now();
    await write('one');
    while ((await waitingEvents(fresh.world.db)).count > 0 && performance.now() - began < 10_000);
    expect(performance.now() - began).toBeLessThan(3_000); // a second between looks, and a loaded machine
    await write('two');
    await Promise.all([first.keeper.stop(), second.keeper.stop()]);
    expect(await verdict()).toMatchObject({ whole: true, events: 2 });
    expect(await inspectChain(first.world)).toMatchObject({ checkpoints: { newest: { sequence: 2n } } });
    expect(first.told.at(-1)).toBe('audit checkpoint');
    expect(await inspectChain(first.world)).toMatchObject({
      checkpoints: { note: 'right', noted: { sequence: 2n } },
    });
  });

  it('goes on where the file cannot be written, tells it once, and catches up', async () => {
    const file = path.join(folder, 'away', 'checkpoints.jsonl');
    await write('one');
    await seal();
    const first = kept(file);
    await first.keeper.stop(); // writes at its start and at its end
    expect(first.told).toEqual([
      'the head of the audit chain is not noted',
      'the checkpoint of the audit chain is not written',
      'the audit chain is not checked',
    ]);
    fresh.clock.advance(minutes(16));
    expect(await chainState(first.world, fresh.clock.now())).toMatchObject({
      now: { checkpoint: { newest: null, isLate: true } },
    });

    await mkdir(path.dirname(file));
    await kept(file).keeper.stop();
    expect(await chainState(first.world, fresh.clock.now())).toMatchObject({
      now: { checkpoint: { newest: { sequence: 1n }, isLate: false }, stalled: null },
    });
  });

  it('shows on the officer’s page that nobody seals', async () => {
    await write('one');
    expect(await chainState(fresh.world, fresh.clock.now())).toMatchObject({ now: { stalled: null } });
    fresh.clock.advance(seconds(61));
    expect(await chainState(fresh.world, fresh.clock.now())).toMatchObject({
      now: { stalled: { count: 1 } },
    });
  });

  it('is read beside the pages: what is new each minute, the whole now and then, and what was found is kept, signed', async () => {
    const world = { ...fresh.world, checkpointFile: path.join(folder, 'checkpoints.jsonl') };
    const look = () => chainState(world, fresh.clock.now());
    await write('one');
    await seal();
    const wholeAt = fresh.clock.now();
    await keepCheck(world, wholeAt, 'whole');
    fresh.clock.advance(minutes(5));
    await write('later');
    await seal();
    // What the page shows is the last check, with its time: the chain has gone on since.
    expect(await look()).toMatchObject({
      checkedAt: wholeAt,
      inspection: { verdict: { whole: true, events: 1 } },
    });
    const newAt = fresh.clock.now();
    await keepCheck(world, newAt, 'new');
    expect(await look()).toMatchObject({
      checkedAt: newAt,
      wholeAt,
      inspection: { verdict: { whole: true, events: 2 } },
    });

    const found = await readFile(`${world.checkpointFile}.check`, 'utf8');
    await writeFile(`${world.checkpointFile}.check`, found.replace('"events":2', '"events":3'));
    expect(await look()).toMatchObject({
      checkedAt: fresh.clock.now(),
      inspection: { verdict: { events: 2 } },
    });
    await keepCheck(world, newAt, 'whole');

    // A new entry that is changed is found by the next look, an old one by the next whole one; either stays until then.
    await write('changed');
    await seal();
    const change = (id: bigint) =>
      tamper(`update audit_event set actor_name = actor_name || '!' where id = ${id}`);
    const ids = (await fresh.world.db.auditEvent.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id);
    await change(ids[2]!);
    await keepCheck(world, fresh.clock.now(), 'new');
    const broken = { inspection: { verdict: { whole: false, brokenAt: 3n, why: 'changed' } } };
    expect(await look()).toMatchObject(broken);
    await write('after that');
    await seal();
    await keepCheck(world, fresh.clock.now(), 'new');
    expect(await look()).toMatchObject(broken);
    await change(ids[0]!);
    await keepCheck(world, fresh.clock.now(), 'whole');
    expect(await look()).toMatchObject({ inspection: { verdict: { brokenAt: 1n } } });
  });

  it('is read from its start again where the entry that the last check ended at is gone', async () => {
    const world = { ...fresh.world, checkpointFile: path.join(folder, 'checkpoints.jsonl') };
    for (const note of ['one', 'two', 'three']) await write(note);
    await seal();
    await keepCheck(world, fresh.clock.now(), 'whole');
    await writeCheckpoint(world.db, world.keys, world.checkpointFile, fresh.clock.now());
    await tamper('delete from audit_seal where sequence = 3');
    fresh.clock.advance(minutes(1));
    await keepCheck(world, fresh.clock.now(), 'new');
    expect(await chainState(world, fresh.clock.now())).toMatchObject({
      wholeAt: fresh.clock.now(),
      inspection: { verdict: { whole: false, brokenAt: 3n, why: 'cut' } },
    });
  });
});

it('the head that a patient gets on an accounting is of a sealed event', async () => {
  await write('one');
  expect(await chainHead(fresh.world.db)).toBeNull();
  await seal();
  expect(await chainHead(fresh.world.db)).toMatchObject({ sequence: 1n });
});
