import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { accountingCsv } from '#app/disclosures/accounting-csv.server.ts';
import { accountingBundle } from '#app/disclosures/accounting-fhir.ts';
import { researchInWords } from '#app/disclosures/accounting-words.ts';
import { prepareAccounting, readAccounting } from '#app/disclosures/accounting.server.ts';
import { everyRelease, type AccountingDocument } from '#app/disclosures/accounting.ts';
import { hiddenDisclosures } from '#app/disclosures/disclosures.server.ts';
import { recordProtocol, type ProtocolFacts } from '#app/disclosures/research.server.ts';
import { endSuspension, recordSuspension } from '#app/disclosures/suspensions.server.ts';
import { eventsOfPatient } from '#app/people/activity.server.ts';
import { localDate } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { draftAnswer, readAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { connected } from '#tests/support/database.ts';
import { freshWorld, hours, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// Accountings of ledgers made by hand, of Ines, at a facility in New York. The seed's own releases lie outside of every window here.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let amara: Person;
let dana: Person;
const vendor: Record<string, string> = {};
const day = hours(24);

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  ines = await patientOf(fresh.world, 'RB000417');
  [amara, dana] = [await personOf(fresh.world, 'privacyOfficer'), await personOf(fresh.world, 'staff')];
  for (const [name, address] of [
    ['County Health Department', '1 Main St'],
    ['Lakeside Research', '2 Lake Rd'],
    ['Sheriff of Orchard County', '3 Court Sq'],
    ['=HYPERLINK("http://evil")', null],
  ] as const) {
    const { id } = await fresh.world.db.vendor.create({
      data: {
        slug: `v${Object.keys(vendor).length}`,
        name,
        relationship: 'other',
        address,
        createdAt: new Date(0),
      },
      select: { id: true },
    });
    vendor[name.split(' ')[0] ?? ''] = id;
  }
});
afterAll(() => fresh.drop());

interface Made {
  at: string;
  to: string;
  purpose?: string | null;
  basis?: string | null;
  required?: boolean;
  exclusion?: string | null;
  corrects?: string;
  patientId?: string;
  retracted?: boolean;
}

async function released({ at, to, purpose = 'HRESCH', basis = 'irbWaiver', ...more }: Made): Promise<string> {
  const required = more.required ?? true;
  const { id } = await fresh.world.db.disclosure.create({
    data: {
      patientId: more.patientId ?? ines.patientId,
      vendorId: vendor[to] ?? '',
      occurredAt: new Date(at),
      recordedAt: fresh.world.clock(),
      studyUid: '1.2.3',
      modality: 'CT',
      studyOn: new Date('2015-01-01'),
      instanceCount: 10,
      destination: 'THEIR_AE',
      sopClassUids: [],
      purpose,
      legalBasis: basis,
      legallyRequired: required,
      exclusionReason: required ? null : (more.exclusion ?? 'treatmentPaymentOperations'),
      correctsId: more.corrects ?? null,
      retracted: more.retracted ?? false,
      correctionReason: more.corrects ? 'Found on the worklist' : null,
    },
    select: { id: true },
  });
  return id;
}

let requestId: string;
async function listOf(from: string, to: string): Promise<AccountingDocument> {
  const id = await inTransaction(fresh.world.db, (tx) =>
    prepareAccounting(tx, fresh.world.keys, {
      requestId,
      reference: 'PV-TEST',
      patientId: ines.patientId,
      window: { from, to },
      place: 'states',
      timeZone: 'America/New_York',
      coverage: [{ source: 'PACS', completeFrom: from, gaps: [] }],
      now: fresh.clock.now(),
    }),
  );
  return readAccounting(fresh.world.db, fresh.world.keys, id);
}

async function fileList(from: string, to: string): Promise<string> {
  const filed = await submitRequest(fresh.world, {
    actor: ines,
    kind: 'accounting',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: { from, to },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed.requestId;
}

beforeAll(async () => {
  requestId = await fileList('2020-11-22', '2026-11-22');
});

describe('what the law lists', () => {
  it('is cut at local midnights of both days of the window, across daylight saving', async () => {
    const rows = {
      // New York: five hours behind in winter, four in summer.
      '2012-12-31': await released({ at: '2013-01-01T04:59:59Z', to: 'County', purpose: null }),
      '2013-01-01': await released({ at: '2013-01-01T05:00:00Z', to: 'County', purpose: null }),
      '2013-06-30': await released({ at: '2013-07-01T03:59:59Z', to: 'County', purpose: null }),
      '2013-07-01': await released({ at: '2013-07-01T04:00:00Z', to: 'County', purpose: null }),
    };
    const { requiredByLaw } = await listOf('2013-01-01', '2013-06-30');
    expect(requiredByLaw.map((row) => [row.occurredOn, row.disclosureId])).toEqual([
      ['2013-01-01', rows['2013-01-01']],
      ['2013-06-30', rows['2013-06-30']],
    ]);
  });

  it('has (b)(2), and (b)(3) of several to one recipient for one purpose: the first, how many, the last', async () => {
    for (const at of ['2014-02-03', '2014-03-05', '2014-04-04', '2014-05-04'])
      await released({ at: `${at}T15:00:00Z`, to: 'Lakeside' });
    // Two are listed whole. Another purpose, another recipient and a purpose that nobody knows are no repeats of it.
    await released({ at: '2014-03-01T15:00:00Z', to: 'Lakeside', purpose: 'HMARKT', basis: 'authorization' });
    await released({ at: '2014-03-06T15:00:00Z', to: 'Lakeside', purpose: 'HMARKT', basis: 'authorization' });
    await released({ at: '2014-03-02T15:00:00Z', to: 'County', purpose: null, basis: null });
    await released({ at: '2014-03-03T15:00:00Z', to: 'County', purpose: null, basis: null });
    // (b)(3) is for what rests on 164.512 alone: of these nobody knows on what.
    for (const on of ['2014-06-01', '2014-06-02', '2014-06-03'])
      await released({ at: `${on}T15:00:00Z`, to: 'County', basis: null });
    await released({ at: '2014-03-04T15:00:00Z', to: 'County', required: false, purpose: 'TREAT' });
    await released({ at: '2014-03-05T15:00:00Z', to: 'County', required: false, purpose: 'TREAT' });
    const { requiredByLaw, alsoShown } = await listOf('2014-01-01', '2014-12-31');
    expect(
      requiredByLaw.map((row) => [row.occurredOn, row.recipient.name, row.purpose, row.repeated?.count ?? 1]),
    ).toEqual([
      ['2014-02-03', 'Lakeside Research', 'HRESCH', 4],
      ['2014-03-01', 'Lakeside Research', 'HMARKT', 1],
      ['2014-03-02', 'County Health Department', null, 1],
      ['2014-03-03', 'County Health Department', null, 1],
      ['2014-03-06', 'Lakeside Research', 'HMARKT', 1],
      ['2014-06-01', 'County Health Department', 'HRESCH', 1],
      ['2014-06-02', 'County Health Department', 'HRESCH', 1],
      ['2014-06-03', 'County Health Department', 'HRESCH', 1],
    ]);
    expect(requiredByLaw[0]).toMatchObject({
      recipient: { address: '2 Lake Rd' },
      images: 10,
      modality: 'CT',
      repeated: { count: 4, lastOn: '2014-05-04', everyDays: 30 },
    });
    // What the law does not list is shown one by one, each with why.
    expect(alsoShown.map((row) => [row.occurredOn, row.exclusionReason])).toEqual([
      ['2014-03-04', 'treatmentPaymentOperations'],
      ['2014-03-05', 'treatmentPaymentOperations'],
    ]);
    expect(everyRelease(requiredByLaw)).toHaveLength(11);
  });

  it('shows what was corrected, and what a correction took out', async () => {
    const other = await patientOf(fresh.world, 'RB000902');
    const wrong = await released({ at: '2015-03-01T15:00:00Z', to: 'County' });
    await released({ at: '2015-03-02T15:00:00Z', to: 'Lakeside', corrects: wrong });
    const others = await released({ at: '2015-04-01T15:00:00Z', to: 'County' });
    await released({
      at: '2015-04-01T15:00:00Z',
      to: 'County',
      corrects: others,
      patientId: other.patientId,
    });
    const never = await released({ at: '2015-05-01T15:00:00Z', to: 'County' });
    await released({ at: '2015-05-01T15:00:00Z', to: 'County', corrects: never, retracted: true });
    const { requiredByLaw, struck } = await listOf('2015-01-01', '2015-12-31');
    expect(requiredByLaw).toHaveLength(1);
    expect(requiredByLaw[0]).toMatchObject({
      occurredOn: '2015-03-02',
      corrected: {
        on: '2026-11-22',
        was: { occurredOn: '2015-03-01', recipient: 'County Health Department' },
      },
    });
    expect(struck.map(({ was }) => was.occurredOn)).toEqual(['2015-04-01', '2015-05-01']);
  });

  it('counts what waits in the window or has no time, and prints the head of the chain', async () => {
    const { db } = fresh.world;
    const batch = await db.ingestBatch.create({
      data: { channel: 'file', receivedAt: fresh.clock.now() },
      select: { id: true },
    });
    const kept = (index: number, occurredAt: string | null, state: 'unmapped' | 'quarantined' | 'accepted') =>
      db.auditRecord.create({
        data: {
          batchId: batch.id,
          index,
          sha256: `${index}`.repeat(64),
          rawSealed: 'v1.x',
          state,
          occurredAt: occurredAt === null ? null : new Date(occurredAt),
          receivedAt: fresh.clock.now(),
        },
        select: { id: true },
      });
    const held = async (...what: Parameters<typeof kept>) => {
      const { id } = await kept(...what);
      await db.waitingRecord.create({
        data: {
          recordId: id,
          groupId: 'a'.repeat(64),
          groupKind: 'patientUnknown',
          groupKey: {},
          receivedAt: fresh.clock.now(),
        },
      });
    };
    const before = (await listOf('2016-01-01', '2016-12-31')).notYetMatched;
    await held(1, '2016-05-01T00:00:00Z', 'unmapped');
    await held(2, null, 'quarantined');
    await held(3, '2019-05-01T00:00:00Z', 'unmapped');
    await kept(4, '2016-05-01T00:00:00Z', 'accepted');
    const list = await listOf('2016-01-01', '2016-12-31');
    expect(list.notYetMatched - before).toBe(2);
    const head = await db.auditSeal.findFirstOrThrow({
      orderBy: { sequence: 'desc' },
      include: { event: true },
    });
    expect(list.anchor).toEqual({
      sequence: head.sequence.toString(),
      hash: head.hash,
      at: head.event.at.toISOString(),
    });
  });
});

const facts = (name: string, over: Partial<ProtocolFacts> = {}): ProtocolFacts => ({
  name,
  description: 'Whether early signs can be seen.',
  criteria: 'All chest scans of adults.',
  dataSent: 'CT images.',
  firstOn: '2017-02-01',
  lastOn: '2017-06-30',
  people: 50,
  vendorId: vendor.Lakeside ?? null,
  sponsor: { name: 'Heron Fund', address: '1 Quay', phone: '555-0111' },
  researcher: { name: 'Dr. Vega', address: '2 Quay', phone: '555-0112' },
  withdrawn: false,
  ...over,
});

it('research: (b)(4) for fifty people or more whose releases touch the window, by the version that stands', async () => {
  const record = async (name: string, over: Partial<ProtocolFacts> = {}) => {
    const made = await recordProtocol(fresh.world, dana, { of: null, facts: facts(name, over) });
    if (!made.ok) throw new Error(made.refusal);
    return made.protocolId;
  };
  await record('Forty-nine', { people: 49 });
  await record('Ended before', { firstOn: '2016-01-01', lastOn: '2016-12-31' });
  await record('Begins after', { firstOn: '2018-01-01', lastOn: null });
  await record('Goes on', { firstOn: '2010-01-01', lastOn: null, people: 900, vendorId: null });
  await record('Goes on there', { lastOn: null });
  const id = await record('Fifty');
  const gone = await record('Withdrawn');
  const change = (version: number, over: Partial<ProtocolFacts>, protocolId = id) =>
    recordProtocol(fresh.world, dana, { of: { protocolId, version }, facts: facts('Fifty', over) });
  expect(await change(1, { criteria: 'Chest scans of 2017.' })).toMatchObject({ ok: true });
  expect(await change(1, {})).toEqual({ ok: false, refusal: 'changedMeanwhile' });
  expect(await change(2, { lastOn: '2017-01-01' })).toEqual({ ok: false, refusal: 'lastBeforeFirst' });
  expect(await change(1, { withdrawn: true }, gone)).toMatchObject({ ok: true });
  await released({ at: '2017-03-01T15:00:00Z', to: 'Lakeside', purpose: 'PRECLINTRCH' });
  await released({ at: '2017-08-01T15:00:00Z', to: 'Lakeside' });
  // The last day of the window, somebody else's, and after it.
  const { patientId } = await patientOf(fresh.world, 'RB000902');
  await released({ at: '2018-01-01T04:59:00Z', to: 'Lakeside', patientId });
  await released({ at: '2018-01-01T05:00:00Z', to: 'Lakeside', patientId });
  const { research } = await listOf('2017-01-01', '2017-12-31');
  expect(research).toEqual([
    expect.objectContaining({
      name: 'Fifty',
      version: 2,
      criteria: 'Chest scans of 2017.',
      period: { from: '2017-02-01', lastOn: '2017-06-30' },
      sponsor: { name: 'Heron Fund', address: '1 Quay', phone: '555-0111' },
      researcher: { name: 'Dr. Vega', address: '2 Quay', phone: '555-0112' },
      known: 1,
    }),
    expect.objectContaining({
      name: 'Goes on',
      period: { from: '2010-01-01', lastOn: null },
      lastInWindowOn: null,
      known: 0,
    }),
    expect.objectContaining({ name: 'Goes on there', lastInWindowOn: '2017-12-31', known: 2 }),
  ]);
  expect(research[0]).not.toHaveProperty('lastInWindowOn');
  const periods = research.map((entry) => researchInWords(entry, wordsFor('en'), 'en').facts[3]?.value);
  expect(periods).toEqual([
    'February 1, 2017 to June 30, 2017. The last day is June 30, 2017.',
    'Since January 1, 2010. It goes on. We do not know the last day in the time of this list.',
    'Since February 1, 2017. It goes on. In the time of this list, the last day that we know of is December 31, 2017.',
  ]);
});

describe('an agency’s statement', () => {
  const state = (over: object = {}) =>
    recordSuspension(fresh.world, amara, {
      patientId: ines.patientId,
      vendorId: vendor.Sheriff ?? '',
      agencyKind: 'lawEnforcement',
      form: 'oral',
      statedOn: '2026-11-22',
      endsOn: null,
      official: 'Lt. Moss',
      says: 'It would impede an inquiry.',
      ...over,
    });

  it.each([
    ['of tomorrow', { statedOn: '2026-11-23' }, 'statementInFuture'],
    ['in writing without an end', { form: 'written' }, 'endMissing'],
    ['by mouth, for 31 days', { endsOn: '2026-12-23' }, 'oralTooLong'],
    ['that has ended', { statedOn: '2026-10-01' }, 'endedAlready'],
    ['that ends before it was made', { form: 'written', endsOn: '2026-11-21' }, 'endBeforeStatement'],
    ['about nobody', { patientId: crypto.randomUUID() }, 'unknown'],
  ])('is refused: %s', async (_name, over, refusal) => {
    expect(await state(over)).toEqual({ ok: false, refusal });
  });

  it('by mouth hides that agency’s rows for thirty days, without a trace, and ends by itself', async () => {
    const hidden = await released({
      at: '2018-05-01T15:00:00Z',
      to: 'Sheriff',
      basis: 'requiredByLaw',
      purpose: null,
    });
    const other = await released({ at: '2018-06-01T15:00:00Z', to: 'County' });
    const before = await listOf('2018-01-01', '2018-12-31');
    expect(before.requiredByLaw).toHaveLength(2);
    const id = await fileList('2020-11-22', '2026-11-22');
    await draftAnswer(fresh.world, { requestId: id, expectedVersion: 1, actor: dana }, { note: null });

    const stated = await state();
    if (!stated.ok) throw new Error(stated.refusal);
    const during = await listOf('2018-01-01', '2018-12-31');
    expect(everyRelease(during.requiredByLaw).map(({ disclosureId }) => disclosureId)).toEqual([other]);
    // As if the row had never been: but for when each was drawn up, the two lists differ in nothing else.
    const without = (list: AccountingDocument) => ({
      ...list,
      requiredByLaw: list.requiredByLaw.filter(({ disclosureId }) => disclosureId !== hidden),
      anchor: null,
      preparedAt: '',
    });
    expect(without(during)).toEqual(without(before));
    expect(await hiddenDisclosures(fresh.world.db, ines.patientId, fresh.clock.now())).toEqual([hidden]);
    expect(
      await fresh.world.db.auditEvent.findMany({
        where: { type: { startsWith: 'accounting.suspen' } },
        select: { visibleToPatient: true },
      }),
    ).toEqual([{ visibleToPatient: false }]);

    // The last instant of the thirtieth day after it, in New York, and the first of the next.
    const end = new Date('2026-12-23T05:00:00Z').getTime();
    fresh.clock.advance(end - 1 - fresh.clock.now().getTime());
    expect((await listOf('2018-01-01', '2018-12-31')).requiredByLaw).toHaveLength(1);
    fresh.clock.advance(1);
    expect((await listOf('2018-01-01', '2018-12-31')).requiredByLaw).toHaveLength(2);
    expect(await endSuspension(fresh.world, amara, stated.id)).toBe(false);
  });

  it('hides what a correction tells of such a row too: what was there before, and what came after', async () => {
    const at = '2012-05-01T15:00:00Z';
    const hide = async (...recipients: string[]) => {
      const ids: string[] = [];
      for (const to of recipients)
        ids.push(await released({ at, to, ...(ids.length > 0 ? { corrects: ids.at(-1)! } : {}) }));
      return ids;
    };
    const last = await hide('County', 'Lakeside', 'Sheriff');
    const first = await hide('Sheriff', 'County');
    const told = async () => {
      const list = await listOf('2012-01-01', '2012-06-30');
      return { listed: list.requiredByLaw.length, struck: list.struck.length };
    };
    expect(await told()).toEqual({ listed: 2, struck: 0 });
    const stated = await state({ statedOn: localDate(fresh.clock.now(), 'America/New_York') });
    if (!stated.ok) throw new Error(stated.refusal);
    expect(await told()).toEqual({ listed: 0, struck: 0 });
    const hidden = await hiddenDisclosures(fresh.world.db, ines.patientId, fresh.clock.now());
    expect(hidden).toEqual(expect.arrayContaining([...last, ...first]));
    expect(await endSuspension(fresh.world, amara, stated.id)).toBe(true);
    expect(await told()).toEqual({ listed: 2, struck: 0 });
  });

  it('in writing lasts as long as it says; a draft from before is not sent; an early end is kept', async () => {
    const at = '2026-11-01T15:00:00Z';
    const hidden = await released({ at, to: 'Sheriff', basis: 'requiredByLaw', purpose: 'HPAYMT' });
    await fresh.world.db.auditEvent.create({
      data: {
        at: fresh.clock.now(),
        type: 'disclosure.recorded',
        actorKind: 'system',
        actorName: 'Test',
        subjectKind: 'disclosure',
        subjectId: hidden,
        patientId: ines.patientId,
        visibleToPatient: true,
      },
      select: { id: true },
    });
    const id = await fileList('2020-12-23', '2026-12-23');
    await draftAnswer(fresh.world, { requestId: id, expectedVersion: 1, actor: dana }, { note: null });
    const stated = await state({ form: 'written', statedOn: '2026-12-01', endsOn: '2028-12-01' });
    if (!stated.ok) throw new Error(stated.refusal);
    const send = (expectedVersion: number) =>
      sendAnswer(
        fresh.world,
        { requestId: id, expectedVersion, actor: dana },
        { note: null, elementsLookedFor: true },
      );
    expect(await send(2)).toEqual({ ok: false, refusal: 'ledgerChanged' });
    const told = async () => {
      const hiddenNow = await hiddenDisclosures(fresh.world.db, ines.patientId, fresh.clock.now());
      return (
        await eventsOfPatient(fresh.world.db, ines.patientId, ['disclosure.recorded'], {
          most: 1,
          hidden: hiddenNow,
        })
      ).some(({ at: when }) => when.getTime() === fresh.clock.now().getTime());
    };
    expect(await told()).toBe(false);
    await draftAnswer(fresh.world, { requestId: id, expectedVersion: 2, actor: dana }, { note: null });
    expect(await send(3)).toEqual({ ok: true });
    const given = await readAnswer(fresh.world, id, 'sent');
    expect(JSON.stringify(given)).not.toContain(hidden);

    expect(await endSuspension(fresh.world, amara, stated.id)).toBe(true);
    expect(await endSuspension(fresh.world, amara, stated.id)).toBe(false);
    expect(await told()).toBe(true);
    // What was given stays as it was given; the next list has it.
    expect(await readAnswer(fresh.world, id, 'sent')).toEqual(given);
    expect(JSON.stringify(await listOf('2026-11-01', '2026-11-01'))).toContain(hidden);
  });

  it.each([
    ['an oral statement for longer', `update accounting_suspension set until_on = until_on + 1`],
    ['another last day', `update accounting_suspension set hidden_until = hidden_until + interval '1 day'`],
    [
      'taking an end back',
      `update accounting_suspension set ended_at = null, ended_by_id = null where ended_at is not null`,
    ],
    ['a statement gone', 'delete from accounting_suspension'],
    ['another protocol', `update research_protocol set people = 1`],
    ['a protocol gone', 'delete from research_protocol'],
  ])('the database refuses %s', async (_name, sql) => {
    await expect(connected(fresh.databaseUrl, (client) => client.query(sql))).rejects.toThrow('append-only');
  });
});

describe('files of a list', () => {
  let list: AccountingDocument;
  beforeEach(async () => {
    list ??= await (async () => {
      await released({ at: '2011-02-01T15:00:00Z', to: '=HYPERLINK("http://evil")', purpose: 'MLTRAINING' });
      for (const at of ['2011-03-01', '2011-03-03'])
        await released({ at: `${at}T15:00:00Z`, to: 'Lakeside' });
      return listOf('2011-01-01', '2011-12-31');
    })();
  });

  it('CSV: a line for each release, and no cell that is a formula', () => {
    const lines = accountingCsv(list, 'en').trim().split('\r\n');
    // After the releases and the studies: the time, one source, what waits, and the code.
    expect(lines).toHaveLength(1 + 3 + list.research.length + 4);
    const last = lines.slice(-4).join('\n');
    for (const said of [
      '2011-01-01',
      '2011-12-31',
      'Reports from PACS',
      'not matched',
      list.anchor?.hash ?? '',
    ])
      expect(last).toContain(said);
    expect(lines[1]).toContain(`"'=HYPERLINK(""http://evil"")"`);
    for (const cell of lines.join('\n').split(/[,\n]/)) expect(cell).not.toMatch(/^"?[=+@\t]/);
  });

  it('FHIR: an AuditEvent for each release, as IHE BALP has a disclosure', () => {
    const bundle = accountingBundle(list);
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'collection' });
    expect(bundle.entry).toHaveLength(3);
    for (const { fullUrl, resource } of bundle.entry) {
      expect(fullUrl).toBe(`urn:uuid:${resource.id}`);
      expect(resource).toMatchObject({
        resourceType: 'AuditEvent',
        type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110106' },
        subtype: [{ code: 'disclose' }],
        action: 'R',
        outcome: '0',
      });
      expect(resource.agent.map(({ type }) => type.coding[0]?.code)).toEqual(['110153', '110152']);
      expect(resource.agent[0]?.who).toEqual(resource.source.observer);
      for (const { network } of resource.agent) expect(network.address).not.toBe('');
      expect(resource.entity.map(({ role }) => role.code)).toEqual(['1', '4']);
    }
    expect(bundle.entry[0]?.resource.purposeOfEvent?.[0]?.coding[0]?.code).toBe('MLTRAINING');
  });
});

it('keeps what was given through anything the ledger does later', { timeout: day }, async () => {
  const { id } = await fresh.world.db.accounting.findFirstOrThrow({
    where: { requestId },
    orderBy: { preparedAt: 'asc' },
    select: { id: true },
  });
  const before = await readAccounting(fresh.world.db, fresh.world.keys, id);
  await released({ at: '2013-03-01T15:00:00Z', to: 'County' });
  expect(await readAccounting(fresh.world.db, fresh.world.keys, id)).toEqual(before);
});
