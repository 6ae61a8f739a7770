import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { keptLineItem } from '#app/disclosures/ingest/csv/read.ts';
import { CsvSplitter } from '#app/disclosures/ingest/csv/split.ts';
import { readCsvBody } from '#app/disclosures/ingest/csv/read-file.ts';
import { importCsvFile } from '#app/disclosures/imports/from-disk.server.ts';
import { takeIn, takeInPart, type IngestAnswer } from '#app/disclosures/ingest/intake.server.ts';
import { sample } from '#tests/fixtures/dicom-audit/messages.ts';
import { freshWorld, somebody, type FreshWorld } from '#tests/support/world.ts';

const file = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/csv/${name}`, import.meta.url)));
const bytesOf = (text: string) => new TextEncoder().encode(text);

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterAll(() => fresh.drop());

const carrier = () => ({ channel: 'csvHttp' as const, actor: somebody, now: fresh.clock.now() });

async function take(bytes: Uint8Array, more: { idempotencyKey?: string } = {}): Promise<IngestAnswer> {
  const body = readCsvBody(bytes);
  return takeIn(fresh.world, {
    ...carrier(),
    ...more,
    bodySha256: sha256Hex(bytes),
    items: body.ok ? body.items : [body.item],
  });
}
const ends = ({ results }: IngestAnswer) => results.map(({ state, reason }) => [state, reason ?? null]);
const header = 'event_time,patient_id,issuer,study_uid,destination_ae,outcome\r\n';
const line = (minute: number, more = '') =>
  `2026-10-01T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00Z,RB000417,RIVERBEND,2.25.7${more},NORTHLIGHT_AI,success\r\n`;

describe('a file of transfers', () => {
  it('is five events: one told by the archive before, one told twice, one that failed', async () => {
    const answer = await take(file('disclosure-log.csv'));
    expect(ends(answer).slice(-1)).toEqual([['quarantined', 'transferNotSuccessful']]);
    const [first, , , fourth, again] = answer.results;
    expect(answer.results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(again).toEqual({ ...fourth, index: 4, state: 'duplicate' });
    // The archive told of 412 CT images and a report; the line names the CT class alone.
    expect(first?.state).toBe('duplicate');
    const proofs = await fresh.world.db.disclosureEvidence.findMany({
      where: { disclosureId: first?.disclosureIds[0] ?? '' },
      select: { role: true, auditRecord: { select: { format: true, sha256: true } } },
    });
    expect(proofs).toContainEqual({
      role: 'report',
      auditRecord: {
        format: 'dicomAudit',
        sha256: sha256Hex(sample('01-dcm4chee-cmove-transferred.xml')),
      },
    });
    expect(proofs.filter(({ auditRecord }) => auditRecord.format === 'csv')).toHaveLength(1);
  });

  it('that is meant to do harm has an end for each line', async () => {
    expect(ends(await take(file('hostile-disclosure-log.csv')))).toEqual([
      ['unmapped', 'recipientAmbiguous'],
      ['quarantined', 'badEventTime'],
      ['quarantined', 'suspiciousCharacters'],
      ['rejected', 'wrongColumnCount'],
      ['unmapped', 'issuerUnknown'],
      ['rejected', 'unterminatedQuote'],
    ]);
  });

  it.each([
    ['event_time,patient_id,destination_ae,colour\n', 'unknownColumns'],
    ['event_time,patient_id,destination_ae,issuer,issuer\n', 'repeatedColumns'],
    ['event_time,patient_id\n', 'missingColumns'],
    ['', 'empty'],
    ['\u001f\u008b\u0008', 'unknownColumns'],
  ])('whose first line is "%s" is refused as a whole, and kept', async (text, reason) => {
    expect(ends(await take(bytesOf(text)))).toEqual([['rejected', reason]]);
  });

  it('has columns in any order, and one bad line loses no other', async () => {
    const text =
      '\ufeffDestination_AE,outcome,study_uid,issuer,patient_id,event_time\r\n' +
      'NORTHLIGHT_AI,success,2.25.71,RIVERBEND,RB000417,2026-10-02T08:00:00Z\r\n' +
      `"${'x'.repeat(40_000)}\r\nNORTHLIGHT_AI,success,2.25.72,RIVERBEND,RB000417,2026-10-02T08:00:00Z\r\n\r\n` +
      'NORTHLIGHT_AI,success,2.25.73,RIVERBEND,RB000417,2026-10-02T08:00:00Z';
    expect(ends(await take(bytesOf(text)))).toEqual([
      ['accepted', null],
      ['rejected', 'lineTooLong'],
      ['accepted', null],
      ['accepted', null],
    ]);
  });

  it.each([
    ['in the middle of a cell', '5" plate,', 'badQuoting'],
    ['where a cell begins', '"5 inch plate,', 'unterminatedQuote'],
  ])('with a stray quote %s loses that line alone', (_name, cell, code) => {
    const row = (study: string, more = ',') =>
      `2026-10-02T08:00:00Z,RB000417,${more}2.25.${study},NORTHLIGHT_AI\r\n`;
    const text =
      'event_time,patient_id,issuer,accession,study_uid,destination_ae\r\n' +
      [
        row('1', `RIVERBEND,${cell}`),
        row('2', 'RIVERBEND,"two\nlines",'),
        row('3', 'RIVERBEND,,'),
        row('4', `RIVERBEND,${cell}`),
      ].join('');
    const options = { now: fresh.clock.now() };
    // Whatever the chunks that it comes in.
    for (const size of [1, 7, 4_096]) {
      const splitter = new CsvSplitter();
      const bytes = bytesOf(text);
      const records = [];
      for (let at = 0; at < bytes.length; at += size)
        records.push(...splitter.push(bytes.slice(at, at + size)));
      expect([...records, ...splitter.end()]).toHaveLength(5);
    }
    const body = readCsvBody(bytesOf(text));
    if (!body.ok) throw new Error('refused');
    const codes = body.items.map((item) => {
      const reading = item.read(options);
      expect(keptLineItem(item.bytes).read(options)).toEqual(reading);
      return reading.outcome === 'rejected' ? reading.code : reading.outcome;
    });
    expect(codes).toEqual([code, 'quarantined', 'quarantined', code]);
  });

  it('keeps each line so that it can be read again by itself', async () => {
    const body = readCsvBody(file('disclosure-log.csv'));
    if (!body.ok) throw new Error('refused');
    const options = { now: fresh.clock.now() };
    for (const item of body.items) expect(keptLineItem(item.bytes).read(options)).toEqual(item.read(options));
  });

  it('is known again although the zone or the issuer of its source was corrected meanwhile', async () => {
    const { db } = fresh.world;
    const auditSourceId = 'HALL_PACS';
    await db.auditSource.create({
      data: { auditSourceId, assumedTimeZone: 'America/New_York', defaultIssuer: 'RIVERBEND' },
    });
    await db.patientIdentifier.create({
      data: {
        issuer: 'HALL',
        value: 'RB000417',
        recordedAt: fresh.clock.now(),
        patientId: (
          await db.patientIdentifier.findFirstOrThrow({
            where: { value: 'RB000533' },
            select: { patientId: true },
          })
        ).patientId,
      },
    });
    const log = (source: string) =>
      bytesOf(
        'event_time,source_ae,patient_id,study_uid,destination_ae,outcome\r\n' +
          `2026-10-03T08:00:00,${source},RB000417,2.25.81,NORTHLIGHT_AI,success\r\n`,
      );
    const first = await take(log(auditSourceId));
    expect(ends(first)).toEqual([['accepted', null]]);
    const before = await db.disclosure.count();
    for (const corrected of [{ assumedTimeZone: 'America/Chicago' }, { defaultIssuer: 'HALL' }]) {
      await db.auditSource.update({ where: { auditSourceId }, data: corrected });
      const again = await take(log(auditSourceId));
      expect(again.results).toEqual([{ ...first.results[0], state: 'duplicate' }]);
    }
    expect(await db.disclosure.count()).toBe(before);
    // The same line of another system is of whom that system means.
    await db.auditSource.create({
      data: { auditSourceId: 'MILL_PACS', assumedTimeZone: 'America/Chicago', defaultIssuer: 'RIVERBEND' },
    });
    const file = readCsvBody(log(auditSourceId));
    if (!file.ok) throw new Error('refused');
    const other = keptLineItem(file.items[0]!.bytes, { source: 'MILL_PACS', uses: null });
    expect(ends(await takeIn(fresh.world, { ...carrier(), items: [other] }))).toEqual([['accepted', null]]);
  });

  it('an item that the database refuses loses no other one, and is kept for staff', async () => {
    const body = readCsvBody(bytesOf(header + line(1, '1') + line(2, '2') + line(3, '3')));
    if (!body.ok) throw new Error('refused');
    const [first, second, third] = body.items;
    // Readers let no NUL through; this one lets one into a value that only the ledger keeps.
    const broken: typeof second = second && {
      ...second,
      read: (options) => {
        const reading = second.read(options);
        if (reading.outcome !== 'transfer') return reading;
        const studies = reading.transfer.studies.map((study) => ({ ...study, accession: 'a\0b' }));
        return { ...reading, transfer: { ...reading.transfer, studies } };
      },
    };
    const errors: unknown[] = [];
    const answer = await takeIn(fresh.world, {
      ...carrier(),
      items: [first!, broken!, third!],
      onError: (error) => errors.push(error),
    });
    expect(ends(answer)).toEqual([
      ['accepted', null],
      ['quarantined', 'notSettled'],
      ['accepted', null],
    ]);
    expect(errors).toHaveLength(1);
  });
});

describe('an import', () => {
  it('that was cut off goes on where it stopped, and is taken in once', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-import-'));
    try {
      const text = header + Array.from({ length: 1_200 }, (_, at) => line(at, `9${at}`)).join('');
      const target = path.join(folder, 'lines.csv');
      await writeFile(target, text);
      const body = readCsvBody(bytesOf(text));
      if (!body.ok) throw new Error('refused');
      const sha256 = sha256Hex(bytesOf(text));
      // What the first 500 lines leave when the process is killed after them.
      await takeInPart(
        fresh.world,
        {
          channel: 'file',
          actor: somebody,
          now: fresh.clock.now(),
          idempotencyKey: `import:${sha256}`,
          bodySha256: sha256,
        },
        { from: 0, items: body.items.slice(0, 500) },
      );
      const before = await fresh.world.db.disclosure.count();
      const run = () => importCsvFile(fresh.world, target, { actor: somebody, onProgress: () => undefined });
      expect(await run()).toMatchObject({ lines: 1_200, states: { accepted: 1_200 } });
      expect(await fresh.world.db.disclosure.count()).toBe(before + 700);
      expect(await run()).toMatchObject({ lines: 1_200, states: { accepted: 1_200 } });
      expect(await fresh.world.db.disclosure.count()).toBe(before + 700);
      expect(
        await fresh.world.db.auditRecord.count({ where: { batch: { idempotencyKey: `import:${sha256}` } } }),
      ).toBe(1_200);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
