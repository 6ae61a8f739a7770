import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCheckpoints } from '#app/audit/checkpoints.server.ts';
import { rotateKeys } from '#app/audit/rotation.server.ts';
import { sealEvents, verifyChain } from '#app/audit/seal.server.ts';
import { open, parseKeyRing, seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo, sealedColumns, sealedTables } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { keysInUse, resealSome, valuesByKey } from '#app/db/sealed-values.server.ts';
import type { World } from '#app/db/world.ts';
import { queueRotation } from '#app/jobs/rotate-keys.server.ts';
import { runCommand } from '#app/server/admin/run.ts';
import { StartRefusal } from '#app/server/start-refusal.ts';
import { bytesOf, messageXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { connected } from '#tests/support/database.ts';
import { testKeys } from '#tests/support/fixed.ts';
import { asMachine, signIn, startSiteOn } from '#tests/support/site.ts';
import { tellStory } from '#tests/support/told-story.ts';
import { castMember, freshWorld, somebody, type FreshWorld } from '#tests/support/world.ts';

const oldEntry = `t1:${Buffer.alloc(32, 7).toString('base64')}`;
const newEntry = `n1:${Buffer.alloc(32, 8).toString('base64')}`;
const both = parseKeyRing(`${newEntry},${oldEntry}`);
const newAlone = parseKeyRing(newEntry);

let fresh: FreshWorld;
let folder: string;
const undo: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
  folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-keys-'));
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await rm(folder, { recursive: true, force: true });
  await fresh.drop();
});

const withKeys = (keys: KeyRing): World => ({
  ...fresh.world,
  keys,
  checkpointFile: path.join(folder, 'checkpoints.jsonl'),
});

/** Opens every sealed value of the database. @returns how many there are, and those that do not open */
async function openEverything(keys: KeyRing): Promise<{ opened: number; failed: string[] }> {
  const failed: string[] = [];
  let opened = 0;
  for (const table of sealedTables) {
    const { column, id } = sealedColumns[table];
    const { rows } = await fresh.world.database.pool.query<{ id: string; value: string }>(
      `select ${id} as id, ${column} as value from ${table} where ${column} is not null`,
    );
    for (const row of rows) {
      try {
        open(keys, row.value, boundTo(table, row.id));
        opened += 1;
      } catch (error) {
        failed.push(`${table} ${row.id}: ${String(error)}`);
      }
    }
  }
  return { opened, failed };
}

/** Many messages, as an archive sends them over years. */
async function addMessages(count: number): Promise<void> {
  const { batchId } = await fresh.world.db.auditRecord.findFirstOrThrow({ select: { batchId: true } });
  await fresh.world.db.auditRecord.createMany({
    data: Array.from({ length: count }, (_, index) => {
      const id = crypto.randomUUID();
      return {
        id,
        batchId,
        index: 1_000 + index,
        sha256: sha256Hex(String(index)),
        rawSealed: seal(testKeys, `message ${index}`, boundTo('audit_record', id)),
        state: 'ignored' as const,
        receivedAt: fresh.clock.now(),
      };
    }),
  });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`still not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the list of sealed columns', () => {
  it('has every sealed column of the database, and ids that are unique', async () => {
    const columns = await connected(fresh.databaseUrl, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select table_name || '.' || column_name as name from information_schema.columns
          where table_schema = 'public' and column_name like '%\\_sealed'`,
      );
      return rows.map(({ name }) => name).sort();
    });
    expect(sealedTables.map((table) => `${table}.${sealedColumns[table].column}`).sort()).toEqual(columns);
    for (const table of sealedTables) {
      const { id, idType } = sealedColumns[table];
      const { rows } = await fresh.world.database.pool.query<{ type: string; unique: boolean }>(
        `select format_type(a.atttypid, null) as type,
                exists (select 1 from pg_index i where i.indrelid = a.attrelid and i.indisunique and i.indkey::text = a.attnum::text) as unique
           from pg_attribute a where a.attrelid = $1::regclass and a.attname = $2`,
        [table, id],
      );
      expect(rows, table).toEqual([{ type: idType, unique: true }]);
    }
  });

  it('says what each value is bound to, as those do who seal', async () => {
    await tellStory(fresh.world);
    const { opened, failed } = await openEverything(testKeys);
    expect(failed).toEqual([]);
    expect(opened).toBeGreaterThan(20);
    for (const table of ['audit_record', 'accounting', 'request_response', 'user_account'] as const) {
      const { rows } = await fresh.world.database.pool.query(
        `select 1 from ${table} where ${sealedColumns[table].column} is not null limit 1`,
      );
      expect(rows, table).toHaveLength(1);
    }
  });
});

describe('a rotation', () => {
  it('moves every value to the new key, writes that down, and the old key can go', async () => {
    await tellStory(fresh.world);
    const { opened } = await openEverything(testKeys);
    const world = withKeys(both);
    expect(await rotateKeys(world, { actor: somebody, batch: 3 })).toEqual({
      resealed: opened,
      broken: [],
      next: null,
      left: 0,
    });
    expect(await openEverything(newAlone)).toEqual({ opened, failed: [] });
    expect(await keysInUse(world.database)).toEqual(['n1']);
    expect(await world.db.auditEvent.findMany({ where: { type: 'keys.rotated' } })).toMatchObject([
      { subjectId: 'n1', before: { keys: ['t1'] }, after: { key: 'n1', resealed: opened } },
    ]);
    const { signed } = await readCheckpoints(world.checkpointFile ?? '', newAlone);
    expect(signed.at(-1)?.keyId).toBe('n1');
    await sealEvents(world.db, world.clock());
    expect(await verifyChain(world.db)).toMatchObject({ whole: true });

    expect(await rotateKeys(world, { actor: somebody })).toMatchObject({ resealed: 0, left: 0 });
    expect(await world.db.auditEvent.count({ where: { type: 'keys.rotated' } })).toBe(1);
  });

  it('leaves a value as somebody else wrote it meanwhile', async () => {
    const world = withKeys(both);
    const { id } = await world.db.user.findFirstOrThrow({ select: { id: true } });
    const newer = seal(both, 'a newer secret', boundTo('user_account', id));
    await connected(fresh.databaseUrl, async (client) => {
      await client.query('begin');
      await client.query('update user_account set totp_secret_sealed = $1 where id = $2', [newer, id]);
      // The rotation has read the old value, and waits for this row.
      const running = resealSome(world.database, both, { table: 'user_account', after: null }, 100);
      await until('the rotation waits', async () => {
        const { rows } = await connected(fresh.databaseUrl, (onlooker) =>
          onlooker.query(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'update user_account%'`,
          ),
        );
        return rows.length > 0;
      });
      await client.query('commit');
      await running;
    });
    const { totpSecretSealed } = await world.db.user.findUniqueOrThrow({ where: { id } });
    expect(totpSecretSealed).toBe(newer);
    expect(await resealSome(world.database, both, { table: 'user_account', after: null }, 100)).toMatchObject(
      {
        resealed: 0,
      },
    );
  });

  it('names what does not open, moves the rest, and does not say that it is done', async () => {
    const world = withKeys(both);
    const { id } = await world.db.user.findFirstOrThrow({ select: { id: true } });
    await world.db.user.update({
      where: { id },
      data: { totpSecretSealed: seal(testKeys, 'x', boundTo('user_account', 'another')) },
    });
    expect(await rotateKeys(world, { actor: somebody })).toMatchObject({
      broken: [{ table: 'user_account', id }],
      left: 1,
    });
    expect(await world.db.auditEvent.count({ where: { type: 'keys.rotated' } })).toBe(0);
  });

  it('is the one change of a message and of an accounting that the database takes', async () => {
    await tellStory(fresh.world);
    const refused = (sql: string) =>
      connected(fresh.databaseUrl, (client) => client.query(sql)).catch((error: unknown) => error);
    for (const [table, column, other] of [
      ['audit_record', 'raw_sealed', 'sha256'],
      ['accounting', 'document_sealed', 'document_sha256'],
    ]) {
      for (const sql of [
        `update ${table} set ${column} = ${column}`,
        `update ${table} set ${column} = 'plain'`,
        `update ${table} set ${column} = 'v1.x.y', ${other} = 'z'`,
        `update ${table} set ${other} = 'z'`,
      ])
        expect(await refused(sql), sql).toMatchObject({ code: '23000' });
      expect(await refused(`update ${table} set ${column} = 'v1.x.y'`)).toMatchObject({ command: 'UPDATE' });
    }
  });

  it('under traffic, killed half-way and run again, breaks nothing, and the old key can go', async () => {
    await tellStory(fresh.world);
    await addMessages(6_000);
    const site = await startSiteOn(fresh.databaseUrl, fresh.clock, { demo: true, keys: both });
    undo.push(() => site.stop());

    let goOn = true;
    const wrong: string[] = [];
    let calls = 0;
    const traffic = (async () => {
      while (goOn) {
        const cookie = await signIn(site, castMember('patient')); // opens her TOTP secret
        for (const target of ['/home', '/disclosures']) {
          const page = await site.ask(target, { headers: { Cookie: cookie } });
          if (page.status !== 200) wrong.push(`${target}: ${page.status}`);
        }
        const message = bytesOf(messageXml({ dateTime: fresh.clock.now().toISOString() }));
        const taken = await site.ask(
          '/api/v1/disclosures/dicom-audit',
          asMachine(message, { type: 'application/xml' }),
        );
        if (taken.status >= 400) wrong.push(`message: ${taken.status}`);
        calls += 1;
      }
    })();

    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'app/server/admin.ts', 'keys', 'rotate', '--here', '--demo'],
      {
        env: {
          ...process.env,
          DATABASE_URL: fresh.databaseUrl,
          APP_KEYS: `${newEntry},${oldEntry}`,
          DATA_DIR: folder,
        },
        stdio: 'ignore',
      },
    );
    const ended = new Promise<string | null>((resolve) =>
      child.on('exit', (_code, signal) => resolve(signal)),
    );
    await until(
      'some values are moved',
      async () => ((await valuesByKey(site.world.database)).get('n1') ?? 0) > 500,
    );
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    const halfWay = (await valuesByKey(site.world.database)).get('t1') ?? 0;
    expect(halfWay).toBeGreaterThan(0);
    expect((await openEverything(both)).failed).toEqual([]);

    await queueRotation(site.world.db, 'n1'); // as the command does: the server goes on
    await until('nothing is left', async () => !(await valuesByKey(site.world.database)).has('t1'));
    const during = calls;
    await until('it is used on', async () => calls > during);
    goOn = false;
    await traffic;
    expect(wrong).toEqual([]);
    expect((await openEverything(newAlone)).failed).toEqual([]);
    await until('it is written down', async () => {
      return (await site.world.db.auditEvent.count({ where: { type: 'keys.rotated' } })) === 1;
    });
  }, 120_000);

  it('that was under way in a killed server goes on in the next one', async () => {
    await queueRotation(fresh.world.db, 'n1');
    await connected(fresh.databaseUrl, (client) =>
      client.query(
        `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'a worker that is gone', attempts = 1`,
      ),
    );
    const site = await startSiteOn(fresh.databaseUrl, fresh.clock, { demo: true, keys: both });
    undo.push(() => site.stop());
    await until('nothing is left', async () => !(await valuesByKey(site.world.database)).has('t1'));
  });
});

describe('keys that are missing', () => {
  it('stop the start, and are named', async () => {
    const refused = await startSiteOn(fresh.databaseUrl, fresh.clock, { demo: true, keys: newAlone }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(StartRefusal);
    expect(refused).toMatchObject({ code: 'keyIsMissing', message: expect.stringContaining('t1') });
  });
});

describe('the commands', () => {
  const admin = async (args: string[], APP_KEYS: string) => {
    const printed: string[] = [];
    const code = await runCommand([...args, '--demo'], {
      print: (line) => printed.push(line),
      say: (line) => printed.push(line),
      now: fresh.clock.now,
      env: { DATABASE_URL: fresh.databaseUrl, DATA_DIR: folder, APP_KEYS },
    });
    return { code, printed };
  };

  it('say what each key holds, move it, and say when the old one can go', async () => {
    const ring = `${newEntry},${oldEntry}`;
    const before = await admin(['keys', 'status'], ring);
    expect(before.code).toBe(0);
    expect(before.printed[0]).toMatch(/^n1 +0 values\. Current/);
    expect(before.printed[1]).toMatch(/^t1 +\d{2,} values\. It has to stay/);

    const rotated = await admin(['keys', 'rotate', '--here'], ring);
    expect(rotated.printed.at(-1)).toMatch(/^Done: \d+ values moved to n1; older keys hold none\.$/);
    const after = await admin(['keys', 'status'], ring);
    expect(after.printed[1]).toMatch(/^t1 +0 values\. It can go/);
    expect((await admin(['keys', 'status'], newEntry)).code).toBe(0);
    const wrong = await admin(['keys', 'status'], oldEntry);
    expect(wrong.code).toBe(1);
    expect(wrong.printed[1]).toMatch(/^n1 +\d+ values\. It is not in APP_KEYS/);
  });

  it('queue it for the server', async () => {
    const queued = await admin(['keys', 'rotate'], `${newEntry},${oldEntry}`);
    expect(queued.code).toBe(0);
    const { rows } = await connected(fresh.databaseUrl, (client) =>
      client.query(
        `select task_identifier, priority from graphile_worker.jobs where task_identifier = 'rotate-keys'`,
      ),
    );
    expect(rows).toEqual([{ task_identifier: 'rotate-keys', priority: 10 }]);
  });
});
