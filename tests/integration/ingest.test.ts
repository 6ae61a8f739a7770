import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealEvents, verifyChain } from '#app/audit/seal.server.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { dicomAuditItem } from '#app/disclosures/ingest/dicom-audit/item.ts';
import { readCsvBody } from '#app/disclosures/ingest/csv/read-file.ts';
import { takeIn, takeInDicomAudit, type IngestAnswer } from '#app/disclosures/ingest/intake.server.ts';
import { takeInTogether } from '#app/disclosures/ingest/take-together.server.ts';
import {
  bytesOf,
  destinationXml,
  expected,
  messageXml,
  patientXml,
  sample,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';
import { seedMessageNames } from '#tests/support/fixed.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { freshWorld, hours, somebody, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterEach(() => fresh.drop());

const take = (bytes: Uint8Array, more: { idempotencyKey?: string } = {}): Promise<IngestAnswer> =>
  takeInDicomAudit(fresh.world, {
    bytes,
    channel: 'dicomAuditHttp',
    actor: somebody,
    now: fresh.clock.now(),
    ...more,
  });

/** The ledger, with the messages that prove each row. */
const ledger = () =>
  fresh.world.db.disclosure.findMany({
    orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }],
    include: {
      vendor: { select: { slug: true } },
      patient: { select: { identifiers: { select: { value: true } } } },
      evidence: { include: { auditRecord: { select: { sha256: true } } } },
    },
  });

const recordOf = (name: string) =>
  fresh.world.db.auditRecord.findFirstOrThrow({ where: { sha256: sha256Hex(sample(name)) } });

const transferAt = (dateTime: string, parts: Parameters<typeof messageXml>[0] = {}) =>
  bytesOf(messageXml({ dateTime, ...parts }));

describe('the samples that the archive sent', () => {
  /** What does not end in the ledger, where it ends, and why. Everything else counts. */
  const notInTheLedger: Record<string, { state: string; reason: string }> = {
    '02-dcm4chee-begin-transferring.xml': { state: 'ignored', reason: 'transferBegun' },
    '04-standard-data-export-media.xml': { state: 'quarantined', reason: 'severalPatients' },
    '08-transferred-failure.xml': { state: 'quarantined', reason: 'transferNotSuccessful' },
    '09-deidentified-transfer.xml': { state: 'unmapped', reason: 'issuerUnknown' },
    '13-user-authentication-not-disclosure.xml': { state: 'ignored', reason: 'notATransfer' },
    '22-recipient-nobody-knows.xml': { state: 'unmapped', reason: 'recipientUnknown' },
  };

  it.each(Object.entries(notInTheLedger))(
    '%s makes no disclosure, and is kept with its reason',
    async (name, end) => {
      const record = await recordOf(name);
      expect({ state: record.state, reason: record.reason }).toEqual(end);
      expect(await fresh.world.db.disclosureEvidence.count({ where: { auditRecordId: record.id } })).toBe(0);
    },
  );

  const vendorOf: Record<string, string> = {
    NORTHLIGHT_AI: 'northlight',
    'xdsi:https://xds.umbra.example:8443/repo': 'umbra',
  };
  const counting = Object.entries(expected).filter(([name]) => !(name in notInTheLedger));

  it.each(counting)('%s is in the ledger as it says', async (name, says) => {
    const rows = (await ledger()).filter(({ evidence }) =>
      evidence.some(({ auditRecord }) => auditRecord.sha256 === sha256Hex(sample(name))),
    );
    expect(rows).toHaveLength(1);
    const [row] = rows;
    expect(says.countsAsDisclosure).toBe(true);
    expect({
      patient: row?.patient.identifiers.map(({ value }) => value),
      vendor: row?.vendor.slug,
      studies: row?.studyUid ? [row.studyUid] : [],
      images: row?.instanceCount,
    }).toEqual({
      patient: [says.patientId],
      vendor: vendorOf[says.destination ?? ''],
      studies: says.studies,
      images: says.instances,
    });
    // The receiver's copy tells its own moment; the row keeps the sender's.
    const told = name.startsWith('10-') ? expected['01-dcm4chee-cmove-transferred.xml'] : says;
    expect(row?.occurredAt.toISOString()).toBe(told?.eventTimeUtc);
  });

  it('are all accounted for: one row a transfer, two proofs for the one that both ends reported', async () => {
    const rows = await ledger();
    const both = rows.find(({ evidence }) => evidence.length > 1);
    expect(rows.map(({ evidence }) => evidence.length).sort()).toEqual([1, 1, 1, 1, 1, 1, 2]);
    expect(both?.evidence.map(({ role, auditRecord }) => [auditRecord.sha256, role]).sort()).toEqual(
      [
        [sha256Hex(sample('01-dcm4chee-cmove-transferred.xml')), 'report'],
        [sha256Hex(sample('10-receiver-side-transferred.xml')), 'corroboration'],
      ].sort(),
    );
    expect(await fresh.world.db.auditRecord.count()).toBe(seedMessageNames.length);
    await sealEvents(fresh.world.db, fresh.clock.now());
    expect(await verifyChain(fresh.world.db)).toMatchObject({ whole: true });
  });
});

describe('one transfer, told more than once', () => {
  it('is one disclosure when the same bytes come twenty times at once', async () => {
    const before = await fresh.world.db.disclosure.count();
    const bytes = transferAt('2026-11-20T09:00:00Z');
    const answers = await Promise.all(Array.from({ length: 20 }, () => take(bytes)));

    expect(answers.map(({ results }) => results[0]?.state).sort()).toEqual([
      'accepted',
      ...Array.from({ length: 19 }, () => 'duplicate'),
    ]);
    expect(new Set(answers.flatMap(({ results }) => results[0]?.disclosureIds)).size).toBe(1);
    expect(await fresh.world.db.disclosure.count()).toBe(before + 1);
    // Each arrival is kept: nothing that came is dropped.
    expect(await fresh.world.db.auditRecord.count({ where: { sha256: sha256Hex(bytes) } })).toBe(20);
    expect(
      await fresh.world.db.auditEvent.count({
        where: { type: 'disclosure.recorded', at: fresh.clock.now() },
      }),
    ).toBe(1);
  });

  it('is one disclosure with two proofs when sender and receiver report at one moment', async () => {
    const before = await fresh.world.db.disclosure.count();
    const sender = transferAt('2026-11-20T10:00:00.000Z');
    const receiver = transferAt('2026-11-20T10:00:01.500Z', { action: 'C' });
    const answers = await Promise.all([take(sender), take(receiver)]);

    const ids = answers.flatMap(({ results }) => results[0]?.disclosureIds ?? []);
    expect(new Set(ids).size).toBe(1);
    expect(await fresh.world.db.disclosure.count()).toBe(before + 1);
    const evidence = await fresh.world.db.disclosureEvidence.findMany({
      where: { disclosureId: ids[0] ?? '' },
    });
    expect(evidence.map(({ role }) => role).sort()).toEqual(['corroboration', 'report']);
  });

  it('is two disclosures when the number of images differs, or the hour', async () => {
    const before = await fresh.world.db.disclosure.count();
    await take(transferAt('2026-11-20T11:00:00Z'));
    await take(
      transferAt('2026-11-20T11:00:30Z', {
        objects: [
          patientXml(),
          studyXml(undefined, '<SOPClass UID="1.2.840.10008.5.1.4.1.1.2" NumberOfInstances="3"/>'),
        ],
      }),
    );
    await take(transferAt('2026-11-20T12:00:00Z'));
    expect(await fresh.world.db.disclosure.count()).toBe(before + 3);
  });

  it('is told from another one without a study only by its bytes', async () => {
    const before = await fresh.world.db.disclosure.count();
    const submission = (dateTime: string, set: string) =>
      transferAt(dateTime, {
        eventId: '110106',
        objects: [
          patientXml(),
          `<ParticipantObjectIdentification ParticipantObjectID="${set}" ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="20"><ParticipantObjectIDTypeCode csd-code="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/></ParticipantObjectIdentification>`,
        ],
      });
    const first = submission('2026-11-20T09:00:00Z', '1.2.3.1');
    const answers = [
      await take(first),
      await take(submission('2026-11-20T09:04:00Z', '1.2.3.2')),
      await take(first),
    ];
    expect(answers.map(({ results }) => results[0]?.state)).toEqual(['accepted', 'accepted', 'duplicate']);
    expect(await fresh.world.db.disclosure.count()).toBe(before + 2);
  });

  it('is one disclosure when one system counts the images and another does not, and no more than one', async () => {
    const states = async (...messages: Uint8Array[]) => {
      const found = [];
      for (const message of messages) found.push((await take(message)).results[0]?.state);
      return found;
    };
    const uncounted = (dateTime: string, source: string) =>
      transferAt(dateTime, {
        auditSource: `<AuditSourceIdentification AuditSourceID="${source}"/>`,
        objects: [patientXml(), studyXml(undefined, '')],
      });
    const counted = (dateTime: string, images: number) =>
      transferAt(dateTime, {
        objects: [
          patientXml(),
          studyXml(undefined, `<SOPClass UID="1.2.840.10008.5.1.4.1.1.2" NumberOfInstances="${images}"/>`),
        ],
      });
    expect(
      await states(
        counted('2026-11-20T09:00:00Z', 5),
        uncounted('2026-11-20T09:00:10Z', 'BRIDGE'),
        // The same system tells of another one: its first was the one of five.
        uncounted('2026-11-20T09:01:00Z', 'BRIDGE'),
      ),
    ).toEqual(['accepted', 'duplicate', 'accepted']);
    expect(
      await states(
        uncounted('2026-11-20T10:00:00Z', 'BRIDGE'),
        counted('2026-11-20T10:00:10Z', 5),
        counted('2026-11-20T10:00:20Z', 7),
      ),
    ).toEqual(['accepted', 'duplicate', 'accepted']);
  });

  it('is no second report of it that says that the name was on the images, or that they were for something else', async () => {
    const { db } = fresh.world;
    const before = await db.disclosure.count();
    const claiming = (dateTime: string, claim: string) =>
      transferAt(dateTime, {
        objects: [
          patientXml(),
          studyXml(undefined, `<SOPClass UID="1.2.840.10008.5.1.4.1.1.2" NumberOfInstances="5"/>${claim}`),
        ],
      });
    const answers = [
      await take(claiming('2026-11-20T09:00:00Z', '<Anonymized>true</Anonymized>')),
      await take(claiming('2026-11-20T09:02:00Z', '')),
      // It does not say, and it says no: both may have the name on them.
      await take(claiming('2026-11-20T09:03:00Z', '<Anonymized>false</Anonymized>')),
    ];
    expect(answers.map(({ results }) => results[0]?.state)).toEqual(['accepted', 'accepted', 'duplicate']);

    const line = (purpose: string, second: string) =>
      bytesOf(
        'event_time,source_ae,patient_id,issuer,study_uid,destination_ae,instances,outcome,purpose\r\n' +
          `2026-11-20T09:02:${second}Z,OTHER,RB000417,RIVERBEND,2.25.330051402881447811932157205713401276305,NORTHLIGHT_AI,5,success,${purpose}\r\n`,
      );
    const takeLine = async (body: Uint8Array) => {
      const read = readCsvBody(body);
      if (!read.ok) throw new Error('refused');
      const carrier = { channel: 'csvHttp' as const, actor: somebody, now: fresh.clock.now() };
      return (await takeIn(fresh.world, { ...carrier, items: read.items })).results[0]?.state;
    };
    // Broader than the rule's purpose, then another.
    expect(await takeLine(line('TREAT', '10'))).toBe('duplicate');
    expect(await takeLine(line('HMARKT', '20'))).toBe('accepted');
    const rows = await db.disclosure.findMany({
      where: { occurredAt: { gte: new Date('2026-11-20T09:00:00Z') } },
      orderBy: { occurredAt: 'asc' },
      select: { anonymized: true, purpose: true, legallyRequired: true },
    });
    expect(rows).toEqual([
      { anonymized: true, purpose: 'TREATDS', legallyRequired: false },
      { anonymized: null, purpose: 'TREATDS', legallyRequired: false },
      { anonymized: null, purpose: 'HMARKT', legallyRequired: true },
    ]);
    expect(await db.disclosure.count()).toBe(before + 3);
  });

  it('to two receivers is a disclosure for each; one that nobody knows keeps the message in the queue', async () => {
    const umbra = destinationXml.replace('NORTHLIGHT_AI', 'UMBRA_CAD').replace('192.0.2.40', '198.51.100.77');
    const both = await take(
      transferAt('2026-11-20T13:00:00Z', { participants: [sourceXml, destinationXml, umbra] }),
    );
    expect(both.results[0]).toMatchObject({ state: 'accepted' });
    expect(both.results[0]?.disclosureIds).toHaveLength(2);

    const stranger = destinationXml.replace('NORTHLIGHT_AI', 'STRANGER').replace('192.0.2.40', '203.0.113.9');
    const half = await take(
      transferAt('2026-11-20T14:00:00Z', { participants: [sourceXml, destinationXml, stranger] }),
    );
    expect(half.results[0]).toMatchObject({ state: 'unmapped', reason: 'recipientUnknown' });
    expect(half.results[0]?.disclosureIds).toHaveLength(1);
  });
});

describe('calls of one message each, at one moment', () => {
  it('go before long deliveries that wait, in one commit for all that came while they waited', async () => {
    const { world, clock } = fresh;
    const carrier = () => ({ channel: 'dicomAuditHttp' as const, actor: somebody, now: clock.now() });
    const itemAt = (n: number) =>
      dicomAuditItem(transferAt(new Date(Date.UTC(2026, 9, 7) + n * 600_000).toISOString()));
    const done: string[] = [];
    const noted = <T>(name: string, work: Promise<T>) => work.finally(() => done.push(name));
    const deliveries = [0, 1, 2, 3].map((delivery) =>
      noted(
        'delivery',
        takeIn(world, { ...carrier(), items: [0, 1, 2].map((n) => itemAt(3 * delivery + n)) }),
      ),
    );
    const singles = [20, 21, 22].map((n) => noted('single', takeInTogether(world, carrier(), itemAt(n))));
    await Promise.all([...deliveries, ...singles]);
    // Two transactions are under way at one time; the other deliveries wait.
    expect(done.slice(-2)).toEqual(['delivery', 'delivery']);
    const answers = await Promise.all(singles);
    const { rows } = await world.database.pool.query<{ commits: number }>(
      'select count(distinct xmin::text)::int as commits from ingest_batch where id = any($1)',
      [answers.map(({ batchId }) => batchId)],
    );
    expect(rows[0]?.commits).toBe(1);
  });

  it('go on together: who came back first waits for those who were answered with it, and nobody goes alone', async () => {
    const { world, clock } = fresh;
    const carrier = () => ({ channel: 'dicomAuditHttp' as const, actor: somebody, now: clock.now() });
    const send = (n: number) =>
      takeInTogether(
        world,
        carrier(),
        dicomAuditItem(transferAt(new Date(Date.UTC(2026, 9, 8) + n * 600_000).toISOString())),
      );
    const rounds = 4;
    const sent = await Promise.all(
      Array.from({ length: 8 }, async (_, sender) => {
        const batches: string[] = [];
        for (let round = 0; round < rounds; round += 1) {
          batches.push((await send(8 * round + sender)).batchId);
          // One after the other, as answers and the next messages are on their way.
          for (let turn = 0; turn < sender; turn += 1) await setImmediate();
        }
        return batches;
      }),
    );
    const { rows } = await world.database.pool.query<{ commits: number }>(
      'select count(distinct xmin::text)::int as commits from ingest_batch where id = any($1)',
      [sent.flat()],
    );
    // The very first is alone, and all go together from then on; else each round is two, of one and of seven.
    expect(rows[0]?.commits).toBeLessThan(2 * rounds);
  });

  it('share a commit; what is wrong with one touches no other, and a key is one call', async () => {
    const { world, clock } = fresh;
    const call = (item: ReturnType<typeof dicomAuditItem>, idempotencyKey?: string) =>
      takeInTogether(
        world,
        { channel: 'dicomAuditHttp', actor: somebody, now: clock.now(), idempotencyKey },
        item,
      );
    const items = Array.from({ length: 12 }, (_, n) =>
      dicomAuditItem(transferAt(new Date(Date.UTC(2026, 9, 5) + n * 600_000).toISOString())),
    );
    const [first, second, third] = items as [(typeof items)[0], (typeof items)[0], (typeof items)[0]];
    const answers = await Promise.all(items.map((item) => call(item)));
    expect(answers.map(({ results }) => results[0]?.state)).toEqual(items.map(() => 'accepted'));
    // The first was written at once, and those that came meanwhile with one commit.
    const { rows } = await world.database.pool.query<{ commits: number }>(
      'select count(distinct xmin::text)::int as commits from ingest_batch where id = any($1)',
      [answers.map(({ batchId }) => batchId)],
    );
    expect(rows[0]?.commits).toBe(2);

    // Readers let no NUL through; this one lets one into a value that only the ledger keeps.
    const other = dicomAuditItem(transferAt('2026-10-06T09:00:00Z'));
    const broken: typeof first = {
      ...other,
      read: (options) => {
        const reading = other.read(options);
        if (reading.outcome !== 'transfer') return reading;
        const studies = reading.transfer.studies.map((study) => ({ ...study, accession: 'a\0b' }));
        return { ...reading, transfer: { ...reading.transfer, studies } };
      },
    };
    const [one, otherBody, again, refused, last] = await Promise.allSettled([
      call(first, 'k1'),
      call(second, 'k1'),
      call(first, 'k1'),
      call(broken),
      call(third),
    ]);
    expect(one).toMatchObject({ value: { results: [{ state: 'duplicate' }] } });
    expect(otherBody).toMatchObject({ reason: { name: 'IdempotencyKeyReused' } });
    expect(again).toEqual(one);
    expect(refused.status).toBe('rejected');
    expect(last).toMatchObject({ value: { results: [{ state: 'duplicate' }] } });
  });
});

describe('a patient who cannot be told', () => {
  it.each([
    ['an id that nobody has', patientXml('RB999999^^^RIVERBEND'), 'patientUnknown'],
    ['the right id of another issuer', patientXml('RB000417^^^ELSEWHERE'), 'patientUnknown'],
    ['an id in other letters', patientXml('rb000417^^^RIVERBEND'), 'patientUnknown'],
    ['an id without issuer, from a source that always says it', patientXml('RB000417'), 'issuerUnknown'],
    ['an id that only begins alike', patientXml('RB0004170^^^RIVERBEND'), 'patientUnknown'],
  ])('is nobody: %s', async (_, patient, reason) => {
    const before = await fresh.world.db.disclosure.count();
    const answer = await take(transferAt('2026-11-20T09:00:00Z', { objects: [patient, studyXml()] }));
    expect(answer.results[0]).toMatchObject({ state: 'unmapped', reason, disclosureIds: [] });
    expect(await fresh.world.db.disclosure.count()).toBe(before);
  });
});

describe('a transfer that a patient had refused', () => {
  const contradictions = () =>
    fresh.world.db.auditEvent.findMany({
      where: { type: 'disclosure.contradictsOptOut' },
      orderBy: { id: 'asc' },
    });
  const toUmbra = [
    sourceXml,
    destinationXml.replace('NORTHLIGHT_AI', 'UMBRA_CAD').replace('192.0.2.40', '198.51.100.77'),
  ];

  it('is in the ledger, and in the chain as a contradiction that names the opt-out', async () => {
    const filedAt = fresh.clock.now();
    const optOutId = await fileOptOut(fresh.world, { vendors: 'all' });
    fresh.clock.advance(hours(2));
    const { results } = await take(
      transferAt(new Date(filedAt.getTime() + hours(1)).toISOString(), { participants: toUmbra }),
    );
    const [event, ...others] = await contradictions();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      subjectId: results[0]?.disclosureIds[0],
      after: { optOutId, purpose: 'MLTRAINING' },
      visibleToPatient: true,
    });
  });

  it('is one too when the images were first told to have no name on them', async () => {
    const filedAt = fresh.clock.now();
    await fileOptOut(fresh.world, { vendors: 'all', coversDeidentified: false });
    fresh.clock.advance(hours(2));
    const at = new Date(filedAt.getTime() + hours(1)).toISOString();
    const told = (claim: string) =>
      transferAt(at, {
        participants: toUmbra,
        objects: [
          patientXml(),
          studyXml(undefined, `<SOPClass UID="1.2.840.10008.5.1.4.1.1.2" NumberOfInstances="5"/>${claim}`),
        ],
      });
    await take(told('<Anonymized>true</Anonymized>'));
    expect(await contradictions()).toEqual([]);
    const { results } = await take(told(''));
    expect((await contradictions()).map(({ subjectId }) => subjectId)).toEqual(results[0]?.disclosureIds);
  });

  it('is no contradiction before the opt-out, for treatment, or for a vendor that was not named', async () => {
    const kestrel = await fresh.world.db.vendor.findUniqueOrThrow({ where: { slug: 'kestrel' } });
    const filedAt = fresh.clock.now();
    await fileOptOut(fresh.world, { vendors: [kestrel.id] });
    fresh.clock.advance(hours(2));
    const before = new Date(filedAt.getTime() - hours(1)).toISOString();
    const after = new Date(filedAt.getTime() + hours(1)).toISOString();
    const toKestrel = [
      sourceXml,
      destinationXml.replace('NORTHLIGHT_AI', 'KESTREL_RES').replace('192.0.2.40', 'stow.kestrel.example'),
    ];
    await take(transferAt(before, { participants: toKestrel }));
    await take(transferAt(after));
    await take(transferAt(after, { participants: toUmbra }));
    expect(await contradictions()).toEqual([]);
    await take(transferAt(after, { participants: toKestrel }));
    expect(await contradictions()).toHaveLength(1);
  });
});
