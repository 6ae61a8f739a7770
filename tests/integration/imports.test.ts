import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { importCsvFile } from '#app/disclosures/imports/from-disk.server.ts';
import { confirmImport } from '#app/disclosures/imports/confirm.server.ts';
import { continueImport, resumeImports } from '#app/disclosures/imports/run.server.ts';
import { batchKeyOf, takeInFile } from '#app/disclosures/imports/take-in-file.server.ts';
import { keepUpload } from '#app/disclosures/imports/uploads.server.ts';
import { slicesOf } from '#app/disclosures/imports/look-at-file.server.ts';
import { readCsvBody } from '#app/disclosures/ingest/csv/read-file.ts';
import { takeInPart } from '#app/disclosures/ingest/intake.server.ts';
import { readKept } from '#app/disclosures/matching-records.server.ts';
import { sweep } from '#app/jobs/sweep.server.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { asMultipart } from '#tests/support/multipart.ts';
import { smallPdf } from '#tests/support/small-files.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, freshWorld, hours, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

let site: Site;
let dana: string;

beforeAll(async () => {
  site = await startSite();
  dana = await signIn(site, castMember('staff'));
});
afterAll(() => site.stop());

const hostile = readFileSync(new URL('../fixtures/csv/hostile-disclosure-log.csv', import.meta.url));

/** A log as another system writes it, with names that are not ours. */
const foreign = (studies: readonly number[]) =>
  Buffer.from(
    'Sent At,MRN,Authority,Study,Called AE,Status,Note\r\n' +
      studies
        .map(
          (n) =>
            `2026-10-05T09:${String(n % 60).padStart(2, '0')}:00,RB000417,RIVERBEND,2.25.55${n},NORTHLIGHT_AI,success,x\r\n`,
        )
        .join(''),
  );
const foreignUses = ['event_time', 'patient_id', 'issuer', 'study_uid', 'destination_ae', 'outcome', ''];

const upload = (bytes: Buffer, { name = 'log.csv', source = '+', other = 'OLD_PACS', cookie = dana } = {}) =>
  site.ask(
    '/staff/imports/new',
    asMultipart({ source, otherSource: other }, [{ name, bytes, field: 'file' }], cookie),
  );
const open = (target: string, cookie = dana) => site.ask(target, { headers: { Cookie: cookie } });
const pathIn = (answer: Answer) => answer.headers.location?.split('?')[0] ?? '';

async function confirm(at: string, uses: readonly string[], shown = uses): Promise<Answer> {
  const ask = asForm({}, dana);
  const body = new URLSearchParams([
    ...uses.map((use): [string, string] => ['use', use]),
    ['shown', shown.join(',')],
    ['intent', 'confirm'],
  ]);
  return site.ask(at, { ...ask, body: body.toString() });
}

async function ended(at: string) {
  const id = at.split('/').at(-1) ?? '';
  await expect
    .poll(async () => (await site.world.db.fileImport.findUniqueOrThrow({ where: { id } })).state, {
      timeout: 20_000,
      interval: 50,
    })
    .not.toBe('running');
  return site.world.db.fileImport.findUniqueOrThrow({ where: { id } });
}
const events = async (type: string) =>
  site.world.db.auditEvent.count({ where: { type, subjectKind: 'fileImport' } });

describe('a file with columns of its own', () => {
  it('is shown before anything is taken in, read as a person says, and the next file of its source as well', async () => {
    const { db } = site.world;
    await db.auditSource.create({
      data: { auditSourceId: 'OLD_PACS', assumedTimeZone: 'America/New_York', defaultIssuer: null },
    });
    const before = await db.disclosure.count();
    const at = pathIn(await upload(foreign([1, 2, 3])));
    expect(at).toMatch(/^\/staff\/imports\/[0-9a-f-]{36}$/);
    const page = await open(at);
    expect(page.text).toContain('As their names suggest');
    // "Authority" is no name that is known: the numbers have no issuer.
    expect(page.text).toContain('3 rows have a problem');
    expect(page.text).toContain('RB000417');
    expect(page.text).toContain('October 5, 2026 at 9:01');
    expect(page.text).toContain('Take in these 3 rows');
    // Without the receiver nothing can be read, and the page says so.
    const without = await open(`${at}?use=event_time&use=patient_id&use=&use=&use=&use=&use=`);
    expect(without.text).toContain('Say which columns are the time, the patient number, and the receiver.');
    expect(without.text).not.toContain('Take in these');
    // What was changed and not looked at is not taken in.
    const blind = await confirm(at, foreignUses, []);
    expect(blind.headers.location).toContain('look=first');
    const twice = ['event_time', 'event_time', '', '', 'destination_ae', '', ''];
    expect((await confirm(at, twice)).status).toBe(400);
    expect(await db.disclosure.count()).toBe(before);

    expect((await confirm(at, foreignUses)).headers.location).toBe(at);
    expect(await ended(at)).toMatchObject({ state: 'done', taken: 3, accepted: 3, rowCount: 3 });
    expect(await db.disclosure.count()).toBe(before + 3);
    const kept = await db.columnMapping.findMany({ where: { auditSourceId: 'OLD_PACS' } });
    expect(kept).toMatchObject([{ version: 1, keptById: (await personOf(site.world, 'staff')).id }]);

    // The evidence is the line as it came; read again, it is read as its file was.
    const [record] = await db.auditRecord.findMany({
      where: { auditSourceId: 'OLD_PACS' },
      orderBy: { id: 'asc' },
    });
    const [again] = await readKept(db, site.world.keys, [record!.id]);
    expect(again?.reading).toMatchObject({
      outcome: 'transfer',
      transfer: { patient: { id: 'RB000417', issuer: 'RIVERBEND' }, auditSourceId: 'OLD_PACS' },
    });

    const next = pathIn(await upload(foreign([4, 5]), { source: 'OLD_PACS', other: '' }));
    const prefilled = await open(next);
    expect(prefilled.text).toContain('As it was kept for this source.');
    expect(prefilled.text).toMatch(/<option value="issuer" selected="">/);
    // Read in another way it is a new version; what was taken in stays as it was read.
    const { manner } = await ended(at);
    await confirm(next, [...foreignUses.slice(0, 6), 'accession']);
    expect(await ended(next)).toMatchObject({ state: 'done', accepted: 2 });
    expect(await db.columnMapping.count({ where: { auditSourceId: 'OLD_PACS' } })).toBe(2);
    expect((await ended(at)).manner).toEqual(manner);

    expect([
      await events('import.uploaded'),
      await events('import.confirmed'),
      await events('import.ended'),
    ]).toEqual([2, 2, 2]);
  });

  it('is told as known when it comes again, and answered as it was', async () => {
    const before = await site.world.db.disclosure.count();
    const first = await site.world.db.fileImport.findFirstOrThrow({ where: { taken: 3 } });
    const at = pathIn(await upload(foreign([1, 2, 3])));
    expect((await upload(foreign([1, 2, 3]))).headers.location).toBe(`${at}?done=sentAlready`);
    expect((await open(at)).text).toContain('This file was taken in before');
    const answer = await confirm(at, foreignUses);
    expect(answer.headers.location).toBe(`/staff/imports/${first.id}?done=again`);
    expect(await ended(at)).toMatchObject({ state: 'thrownAway', bytesSealed: null, taken: 0 });
    expect(await site.world.db.disclosure.count()).toBe(before);
    expect((await open(`/staff/imports/${first.id}?done=again`)).text).toContain('3 accepted');
  });

  it('comes by the command line too, as it was kept', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-imports-'));
    try {
      const file = path.join(folder, 'log.csv');
      await writeFile(file, foreign([6, 7]));
      const run = (source: string | null) =>
        importCsvFile(site.world, file, { actor: somebody, source, onProgress: () => undefined });
      await expect(run(null)).rejects.toThrow(/Not known: number 1, 2, 3/);
      await expect(run('NOBODY')).rejects.toThrow(/nothing is kept on how files of NOBODY are read/);
      expect(await site.world.db.fileImport.count({ where: { uploadedById: null } })).toBe(0);
      expect(await run('OLD_PACS')).toMatchObject({ lines: 2, states: { accepted: 2 } });
      expect(await run('OLD_PACS')).toMatchObject({ lines: 2, states: { accepted: 2 } });
      expect(await site.world.db.fileImport.findMany({ where: { uploadedById: null } })).toMatchObject([
        { state: 'done', accepted: 2, taken: 2, fileName: 'log.csv', bytesSealed: null },
      ]);
      await writeFile(file, Buffer.from([0xff, 0xfe, 0x61, 0]));
      await expect(run(null)).rejects.toThrow(/UTF-16/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a file that is meant to do harm', () => {
  it('has an end and a reason for each row, in words, and its rows come out as no formula', async () => {
    const at = pathIn(await upload(hostile, { other: 'RIVERPACS' }));
    const names = hostile.toString().replace('\ufeff', '').split('\n')[0]!.trim().split(',');
    const preview = await open(at);
    expect(preview.text).toContain('The columns have our names.');
    for (const words of [
      '5 rows have a problem',
      'It has no time of transfer that can be read',
      'A quote is opened',
    ])
      expect(preview.text).toContain(words);
    expect((await confirm(at, names)).headers.location).toBe(at);
    expect(await ended(at)).toMatchObject({ state: 'done', unmapped: 2, quarantined: 2, rejected: 2 });
    const page = (await open(at)).text;
    for (const words of [
      'Its addresses belong to different owners',
      'It has characters that hide',
      'It has more or fewer columns than the first line',
      'A quote is opened and not closed',
    ])
      expect(page).toContain(words);
    expect(page.match(/href="\/staff\/unmatched\/[0-9a-f]{64}"/g)).toHaveLength(4);
    const refused = (await open(`${at}?only=refused`)).text;
    expect(refused.match(/<tr role="row">/g)).toHaveLength(3);
    const csv = await open(`${at}/lines.csv`);
    expect(csv.headers['content-disposition']).toContain('attachment');
    expect(csv.text.split('\r\n')[0]).toContain('Row,What became of it,Why,event_id');
    expect(csv.text).toContain("'=cmd|'");
    expect(csv.text).not.toMatch(/(^|,)"?=cmd/m);
    expect(await events('import.linesTaken')).toBe(1);
  });

  it.each([
    ['a PDF', smallPdf, /not a CSV file/],
    [
      'UTF-16',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('event_time,patient_id\n', 'utf16le')]),
      /UTF-16/,
    ],
    ['nothing in it', Buffer.alloc(0), /This file is empty/],
    [
      'a first line alone',
      Buffer.from('event_time,patient_id,destination_ae\r\n'),
      /no row under the column names/,
    ],
    [
      'a column twice',
      Buffer.from('event_time,patient_id,Patient_ID\r\n1,2,3\r\n'),
      /Two columns have the same name/,
    ],
    ['semicolons', Buffer.from('event_time;patient_id\r\n1;2\r\n'), /only one column/],
    ['names in Latin-1', Buffer.from('event_time,pati\xe9nt\r\n1,2\r\n', 'latin1'), /not UTF-8/],
    ['26 MB', Buffer.alloc(26 * 1024 * 1024, 'a,b\r\n'), /larger than 25 MB/],
    ['300,000 rows', Buffer.from('a,b\r\n'.repeat(300_000)), /more than 250,000 rows/],
  ])('or with %s is refused in words, and nothing is kept', async (_, bytes, words) => {
    const before = await site.world.db.fileImport.count();
    const answer = await upload(bytes);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(words);
    expect(answer.text).toContain('value="OLD_PACS"');
    expect(await site.world.db.fileImport.count()).toBe(before);
  });

  it('of 50 MB does not get past the wall', async () => {
    const ask = asMultipart({ source: '+', otherSource: 'X' }, [], dana);
    const answer = await site.ask('/staff/imports/new', {
      ...ask,
      headers: { ...ask.headers, 'Content-Length': String(50 * 1024 * 1024) },
      body: '',
    });
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('too large');
  });
});

describe('a file that was taken half-way', () => {
  let fresh: FreshWorld;
  let staff: Person;
  beforeAll(async () => {
    fresh = await freshWorld({ seeded: true });
    staff = await personOf(fresh.world, 'staff');
  });
  afterAll(() => fresh.drop());

  const long = () => {
    const at = (n: number) =>
      `2026-10-0${1 + Math.floor(n / 1_440)}T${String(Math.floor(n / 60) % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00Z`;
    const lines = Array.from(
      { length: 1_100 },
      (_, n) => `${at(n)},RB000417,RIVERBEND,2.25.9${n},NORTHLIGHT_AI,success\r\n`,
    );
    return Buffer.from(`event_time,patient_id,issuer,study_uid,destination_ae,outcome\r\n${lines.join('')}`);
  };

  it('goes on where it stopped, wherever its process was killed, and counts each row once', async () => {
    const { world } = fresh;
    const bytes = long();
    const kept = await keepUpload(world, {
      actor: staff,
      source: 'PACS',
      file: { fileName: 'a.csv', bytes },
    });
    if (!kept.ok) throw new Error(kept.refusal);
    const { importId } = kept;
    expect(await confirmImport(world, { importId, actor: staff, uses: null })).toEqual({ ok: true });
    const facts = () => world.db.fileImport.findUniqueOrThrow({ where: { id: importId } });
    const before = await world.db.disclosure.count();
    const manner = { source: 'PACS', uses: null };
    const sha256 = sha256Hex(bytes);
    const file = { importId, sha256, manner, actor: staff };
    // Killed after a part was counted.
    expect(await takeInFile(world, file, slicesOf(bytes), { isEnough: () => true })).toBe(false);
    expect(await facts()).toMatchObject({ taken: 500, placeLine: 500, state: 'running' });
    expect(bytes.subarray(Number((await facts()).placeByte)).toString()).toMatch(/^[^\n]*,2\.25\.9500,/);
    // Killed after a part was taken in, and before it was counted.
    const body = readCsvBody(bytes);
    if (!body.ok) throw new Error('refused');
    const carrier = { channel: 'file' as const, actor: staff, now: world.clock(), bodySha256: sha256 };
    await takeInPart(
      world,
      { ...carrier, idempotencyKey: batchKeyOf(file), columns: manner },
      { from: 500, items: body.items.slice(500, 1_000) },
    );
    expect(await facts()).toMatchObject({ taken: 500 });
    // Its job stays locked by the process that is no more: another one takes its place.
    const jobs = () =>
      world.database.pool.query<{ locked: boolean; key: string | null }>(
        `select locked_at is not null as locked, key from graphile_worker.jobs where task_identifier = 'take-in-file' order by id`,
      );
    await world.database.pool.query(
      `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'gone'
        where task_id = (select id from graphile_worker._private_tasks where identifier = 'take-in-file')`,
    );
    await resumeImports(world, hours(1));
    expect((await jobs()).rows).toHaveLength(1);
    await resumeImports(world, 0);
    expect((await jobs()).rows).toEqual([
      { locked: true, key: null },
      { locked: false, key: `import:${importId}` },
    ]);
    // Two at once do no harm.
    await Promise.all([continueImport(world, importId), continueImport(world, importId)]);
    expect(await facts()).toMatchObject({ state: 'done', taken: 1_100, accepted: 1_100, rowCount: 1_100 });
    expect(await world.db.disclosure.count()).toBe(before + 1_100);
    expect(await world.db.auditRecord.count({ where: { batch: { idempotencyKey: batchKeyOf(file) } } })).toBe(
      1_100,
    );
    expect(await world.db.auditEvent.count({ where: { type: 'import.ended' } })).toBe(1);
  });

  it('loses its content after its time, and one that nobody confirms ends', async () => {
    const { world, clock } = fresh;
    const waits = await keepUpload(world, {
      actor: staff,
      source: 'PACS',
      file: { fileName: 'b.csv', bytes: Buffer.from('a,b\r\n1,2\r\n') },
    });
    if (!waits.ok) throw new Error(waits.refusal);
    const facts = () =>
      world.db.fileImport.findMany({
        orderBy: { fileName: 'asc' },
        select: { state: true, bytesSealed: true },
      });
    expect(JSON.stringify(await facts())).not.toContain('RB000417');
    clock.advance(hours(7 * 24 - 1));
    await sweep(world);
    expect(await facts()).toMatchObject([{ state: 'done' }, { state: 'waiting' }]);
    clock.advance(hours(1));
    await sweep(world);
    expect((await facts())[0]?.bytesSealed).not.toBeNull();
    expect((await facts())[1]).toEqual({ state: 'lapsed', bytesSealed: null });
    clock.advance(hours(23 * 24));
    await sweep(world);
    expect((await facts())[0]).toEqual({ state: 'done', bytesSealed: null });
  });

  it('whose key is gone is stopped, says why, and is taken in when it is sent again', async () => {
    const { world } = fresh;
    const send = async () => {
      const bytes = Buffer.from('event_time,patient_id,destination_ae\r\n1,2,3\r\n');
      const sent = await keepUpload(world, {
        actor: staff,
        source: 'PACS',
        file: { fileName: 'c.csv', bytes },
      });
      if (!sent.ok) throw new Error(sent.refusal);
      return sent;
    };
    const kept = await send();
    await confirmImport(world, { importId: kept.importId, actor: staff, uses: null });
    await world.db.fileImport.update({
      where: { id: kept.importId },
      data: { bytesSealed: 'v1.gone.AAAA' },
      select: { id: true },
    });
    await continueImport(world, kept.importId);
    expect(await world.db.fileImport.findUniqueOrThrow({ where: { id: kept.importId } })).toMatchObject({
      state: 'stopped',
      stopReason: 'doesNotOpen',
      taken: 0,
    });
    const { importId } = await send();
    expect(await confirmImport(world, { importId, actor: staff, uses: null })).toEqual({ ok: true });
    await continueImport(world, importId);
    expect(await world.db.fileImport.findUniqueOrThrow({ where: { id: importId } })).toMatchObject({
      state: 'done',
      taken: 1,
    });
  });
});
