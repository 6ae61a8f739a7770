import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { accountingCsv } from '#app/disclosures/accounting-csv.server.ts';
import { accountingBundle } from '#app/disclosures/accounting-fhir.ts';
import { prepareAccounting, readAccounting } from '#app/disclosures/accounting.server.ts';
import { enterDisclosure } from '#app/disclosures/enter.server.ts';
import { readCsvBody } from '#app/disclosures/ingest/csv/read-file.ts';
import type { StaffEntry } from '#app/disclosures/ingest/staff-entry/entry.ts';
import { takeIn } from '#app/disclosures/ingest/intake.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { accountingView } from '#app/web/present-accounting.server.ts';
import { freshWorld, patientOf, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

// What the time of a release rests on is kept with the row, and told wherever the row is.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  ines = await patientOf(fresh.world, 'RB000417');
  dana = await personOf(fresh.world, 'staff');
  await fresh.world.db.auditSource.create({
    data: { auditSourceId: 'HALL_PACS', assumedTimeZone: 'America/Chicago', defaultIssuer: 'RIVERBEND' },
  });
});
afterAll(() => fresh.drop());

async function reported(time: string, study: string): Promise<string> {
  const body = readCsvBody(
    new TextEncoder().encode(
      'event_time,source_ae,patient_id,issuer,study_uid,destination_ae,outcome\r\n' +
        `${time},HALL_PACS,RB000417,RIVERBEND,${study},NORTHLIGHT_AI,success\r\n`,
    ),
  );
  if (!body.ok) throw new Error('refused');
  const { results } = await takeIn(fresh.world, {
    channel: 'csvHttp',
    actor: somebody,
    now: fresh.clock.now(),
    items: body.items,
  });
  expect(results).toMatchObject([{ state: 'accepted' }]);
  return results[0]!.disclosureIds[0]!;
}

async function entered(over: Partial<StaffEntry>): Promise<string> {
  const vendor = await fresh.world.db.vendor.findFirstOrThrow({ select: { id: true } });
  const made = await enterDisclosure(fresh.world, {
    actor: dana,
    documents: [],
    entry: {
      format: 1,
      key: crypto.randomUUID(),
      enteredBy: dana.id,
      patientId: ines.patientId,
      vendorId: vendor.id,
      receiver: 'Desk',
      medium: 'disc',
      sentOn: '2015-03-04',
      sentTime: null,
      timeZone: 'America/New_York',
      occurredAt: null,
      studyUid: null,
      accession: null,
      modality: 'CT',
      studyOn: null,
      description: null,
      images: 3,
      deidentified: false,
      purpose: 'TREAT',
      basis: 'requiredByLaw',
      note: null,
      documents: [],
      corrects: null,
      ...over,
    },
  });
  if (!made.ok) throw new Error(made.refusal);
  return made.disclosureId;
}

const timeOf = (id: string) =>
  fresh.world.db.disclosure.findUniqueOrThrow({
    where: { id },
    select: { occurredAt: true, assumedTimeZone: true, timeOfDayKnown: true },
  });

async function listOf(from: string, to: string) {
  const filed = await submitRequest(fresh.world, {
    actor: ines,
    kind: 'accounting',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: { from, to },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  const id = await inTransaction(fresh.world.db, (tx) =>
    prepareAccounting(tx, fresh.world.keys, {
      requestId: filed.requestId,
      reference: 'PV-TEST',
      patientId: ines.patientId,
      window: { from, to },
      coverage: [],
      place: 'states',
      timeZone: 'America/New_York',
      now: fresh.clock.now(),
    }),
  );
  return readAccounting(fresh.world.db, fresh.world.keys, id);
}

it('a time without a zone says which was assumed; one with its zone does not', async () => {
  const assumed = await reported('2026-01-03T08:00:00', '2.25.901');
  const said = await reported('2026-01-04T08:00:00-05:00', '2.25.902');
  expect(await timeOf(assumed)).toEqual({
    occurredAt: new Date('2026-01-03T14:00:00Z'),
    assumedTimeZone: 'America/Chicago',
    timeOfDayKnown: true,
  });
  expect(await timeOf(said)).toMatchObject({ assumedTimeZone: null, timeOfDayKnown: true });
  const list = await listOf('2026-01-01', '2026-01-31');
  const rows = [...list.requiredByLaw, ...list.alsoShown];
  expect(rows.map(({ disclosureId, timeZoneAssumed }) => [disclosureId, timeZoneAssumed])).toEqual([
    [assumed, 'America/Chicago'],
    [said, null],
  ]);
  const inWords = 'The report named no time zone. We assumed America/Chicago.';
  const view = accountingView(list, 'en');
  const beside = [...view.requiredByLaw, ...view.alsoShown].map((row) => row.beside.join(' '));
  expect(beside).toEqual([expect.stringContaining(inWords), '']);
  const lines = accountingCsv(list, 'en').split('\r\n');
  expect(lines.filter((line) => line.includes(inWords))).toEqual([expect.stringContaining(assumed)]);
  const [first, second] = accountingBundle(list).entry.map(({ resource }) => resource.entity.at(-1));
  expect(first).toMatchObject({
    detail: expect.arrayContaining([{ type: 'TimeZoneAssumed', valueString: 'America/Chicago' }]),
  });
  expect(JSON.stringify(second)).not.toContain('TimeZoneAssumed');
});

it('a day without a time stays one, also in the row that corrects it, until somebody says the time', async () => {
  const first = await entered({});
  const { occurredAt, ...kept } = await timeOf(first);
  expect(kept).toEqual({ assumedTimeZone: null, timeOfDayKnown: false });
  const corrects = (disclosureId: string) => ({ disclosureId, reason: 'Counted again', isRetraction: false });
  const second = await entered({
    images: 4,
    occurredAt: occurredAt.toISOString(),
    corrects: corrects(first),
  });
  expect(await timeOf(second)).toEqual({ occurredAt, ...kept });
  const list = await listOf('2015-01-01', '2015-12-31');
  expect(list.requiredByLaw).toMatchObject([{ disclosureId: second, timeOfDayKnown: false }]);
  const line = accountingCsv(list, 'en')
    .split('\r\n')
    .find((one) => one.includes(second));
  expect(line).toContain('Only the day is known, not the time.');
  expect(line).not.toContain('T17:00');
  const third = await entered({ sentTime: '09:30', corrects: corrects(second) });
  expect(await timeOf(third)).toEqual({
    occurredAt: new Date('2015-03-04T14:30:00Z'),
    assumedTimeZone: null,
    timeOfDayKnown: true,
  });
});

it('a correction that leaves the time as it is leaves what it rests on, too', async () => {
  const assumed = await reported('2026-02-03T08:00:00', '2.25.903');
  const { occurredAt } = await timeOf(assumed);
  const corrected = await entered({
    sentOn: '2026-02-03',
    sentTime: '09:00',
    occurredAt: occurredAt.toISOString(),
    corrects: { disclosureId: assumed, reason: 'Other images', isRetraction: false },
  });
  expect(await timeOf(corrected)).toEqual({
    occurredAt,
    assumedTimeZone: 'America/Chicago',
    timeOfDayKnown: true,
  });
});
