import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Db } from '#app/db/client.server.ts';
import {
  takeInDicomAudit,
  type IngestAnswer,
  type IngestResult,
} from '#app/disclosures/ingest/intake.server.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import {
  bytesOf,
  hostile,
  hostileNames,
  messageXml,
  patientXml,
  sample,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';
import { smallZip } from '#tests/support/small-files.ts';
import { seedMessageNames } from '#tests/support/fixed.ts';
import { asMachine, expectProblem, startSite, type Site } from '#tests/support/site.ts';
import { startRealSite, type RealSite, type SiteProcess } from '#tests/support/site-process.ts';
import { freshWorld, somebody, type FreshWorld } from '#tests/support/world.ts';

const where = '/api/v1/disclosures/dicom-audit';
let site: Site;

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const post = (
  body: Uint8Array,
  more: Record<string, string> = {},
  how: { key?: string; type?: string } = {},
) => site.ask(where, asMachine(body, { type: 'application/xml', more, ...how }));

const disclosures = () => site.world.db.disclosure.count();
const records = () => site.world.db.auditRecord.count();

let minute = 0;
/** A good message about a transfer that no other test tells of. */
const goodMessage = () =>
  bytesOf(messageXml({ dateTime: new Date(Date.UTC(2026, 10, 1, 0, 10 * minute++)).toISOString() }));

async function expectNextGoodMessageWorks(): Promise<void> {
  const answer = await post(goodMessage());
  expect(answer.status).toBe(202);
  expect(answer.json()).toMatchObject({ results: [{ index: 0, state: 'accepted' }] });
}

describe('the door for audit messages', () => {
  it('does with the samples what the seed does: the same rows, states and reasons', async () => {
    const bySeed = await freshWorld({ seeded: true });
    try {
      // The ledger knows the samples already; told of another day of the month, they are new to it.
      const later = seedMessageNames.map((name) => {
        const text = Buffer.from(sample(name)).toString('latin1');
        const moved = text.replace(/(EventDateTime="\d{4}-\d\d)-\d\d/, '$1-27');
        return { name, bytes: new Uint8Array(Buffer.from(moved, 'latin1')) };
      });
      const states: (string | undefined)[] = [];
      for (const { name, bytes } of later) {
        const seeded = await takeInDicomAudit(bySeed.world, {
          bytes,
          channel: 'seed',
          actor: somebody,
          now: bySeed.clock.now(),
        });
        const answer = await post(bytes);
        expect(answer.status, name).toBe(202);
        const { results } = answer.json() as IngestAnswer;
        const told = (result: IngestResult) => ({ ...result, disclosureIds: result.disclosureIds.length });
        expect(results.map(told), name).toEqual(seeded.results.map(told));
        states.push(results[0]?.state);
      }
      expect(new Set(states)).toEqual(
        new Set(['accepted', 'duplicate', 'ignored', 'quarantined', 'unmapped']),
      );
      const hashes = later.map(({ bytes }) => sha256Hex(bytes));
      const rows = (db: Db) =>
        db.disclosure.findMany({
          where: { evidence: { some: { auditRecord: { sha256: { in: hashes } } } } },
          orderBy: [{ occurredAt: 'asc' }, { studyUid: 'asc' }, { destination: 'asc' }],
          select: {
            occurredAt: true,
            studyUid: true,
            instanceCount: true,
            destination: true,
            purpose: true,
            legallyRequired: true,
            vendor: { select: { slug: true } },
            evidence: { orderBy: { role: 'asc' }, select: { role: true } },
          },
        });
      expect((await rows(bySeed.world.db)).length).toBeGreaterThan(5);
      expect(await rows(site.world.db)).toEqual(await rows(bySeed.world.db));
    } finally {
      await bySeed.drop();
    }
  });

  it.each(['text/plain', 'application/json', 'application/x-www-form-urlencoded', '', 'application/xml-dtd'])(
    'takes no body of type "%s"',
    async (type) => {
      const before = await records();
      expectProblem(await post(goodMessage(), {}, { type }), 415);
      expect(await records()).toBe(before);
    },
  );

  it('takes text/xml and a charset', async () => {
    expect((await post(goodMessage(), {}, { type: 'text/xml; charset=utf-8' })).status).toBe(202);
  });
});

describe('a message that is meant to do harm', () => {
  /** Each hostile sample: its status, and why it is not in the ledger. */
  const ends: Record<string, [status: number, state: string, reason: string]> = {
    'hostile-01-xxe-file.xml': [422, 'rejected', 'doctypeNotAllowed'],
    'hostile-02-xxe-parameter-entity.xml': [422, 'rejected', 'doctypeNotAllowed'],
    'hostile-03-billion-laughs.xml': [422, 'rejected', 'doctypeNotAllowed'],
    'hostile-04-quadratic-blowup.xml': [422, 'rejected', 'doctypeNotAllowed'],
    // Taken, with an empty name where the file would have been: the transfer is the one of sample 01.
    'hostile-06-xinclude.xml': [202, 'duplicate', ''],
    'hostile-07-truncated.xml': [422, 'rejected', 'notWellFormed'],
    'hostile-08-wrong-encoding.xml': [422, 'rejected', 'bytesDoNotFitEncoding'],
    'hostile-09-utf16-declared-utf8.xml': [422, 'rejected', 'bytesDoNotFitEncoding'],
    'hostile-14-control-characters.xml': [422, 'rejected', 'notWellFormed'],
    'hostile-15-charref-nul.xml': [422, 'rejected', 'notWellFormed'],
    'hostile-16-script-in-fields.xml': [202, 'unmapped', ''],
    'hostile-18-bad-study-uid.xml': [202, 'quarantined', 'badStudyUid'],
    'hostile-19-bad-datetime.xml': [202, 'quarantined', 'badEventTime'],
    'hostile-20-datetime-no-zone.xml': [202, 'quarantined', 'eventTimeWithoutZone'],
    'hostile-21-datetime-future.xml': [202, 'quarantined', 'eventTimeInFuture'],
    'hostile-22-duplicate-attribute.xml': [422, 'rejected', 'notWellFormed'],
    'hostile-23-wrong-root.xml': [422, 'rejected', 'wrongRoot'],
    'hostile-24-empty.xml': [422, 'rejected', 'empty'],
    'hostile-25-two-roots.xml': [422, 'rejected', 'notWellFormed'],
    'hostile-26-negative-instances.xml': [202, 'quarantined', 'badInstanceCount'],
    'hostile-30-namespaced.xml': [422, 'rejected', 'wrongNamespace'],
  };

  it('is one of those listed here', () => {
    expect(hostileNames).toEqual(Object.keys(ends));
  });

  it.each(Object.entries(ends))('%s', async (name, [status, state, reason]) => {
    const before = await disclosures();
    const answer = await post(hostile(name));
    if (status === 202) {
      expect(answer.status).toBe(202);
      expect(answer.json()).toMatchObject({ results: [{ index: 0, state, ...(reason && { reason }) }] });
    } else {
      expectProblem(answer, status, {
        code: reason,
        results: [{ index: 0, state, reason, disclosureIds: [] }],
      });
    }
    expect(answer.text).not.toMatch(/root:|Okafor|RB000417|alert\(1\)/);
    expect(await disclosures()).toBe(before);
    // Kept as it came, for staff.
    expect(
      await site.world.db.auditRecord.count({
        where: { sha256: sha256Hex(hostile(name)), state: state as 'rejected' },
      }),
    ).toBe(1);
    await expectNextGoodMessageWorks();
  });

  const laughs = Array.from(
    { length: 20 },
    (_, at) => `<!ENTITY a${at + 1} "${`&a${at};`.repeat(10)}">`,
  ).join('');
  it.each<[string, string, number, string]>([
    ['a byte over 1 MiB', `${messageXml()}${' '.repeat(1_048_577 - messageXml().length)}`, 413, 'tooLarge'],
    ['8 MB', ' '.repeat(8_000_000), 413, 'tooLarge'],
    [
      'an attribute of 900,000 bytes',
      messageXml({ participants: [`<ActiveParticipant UserID="${'x'.repeat(900_000)}"/>`] }),
      422,
      'valueTooLong',
    ],
    [
      'nesting 100,000 deep',
      messageXml({ participants: ['<a>'.repeat(100_000) + '</a>'.repeat(100_000)] }),
      422,
      'tooDeep',
    ],
    [
      '20,000 participants',
      messageXml({ participants: Array<string>(20_000).fill('<ActiveParticipant UserID="a"/>') }),
      422,
      'tooManyParticipants',
    ],
    [
      'more than a billion laughs',
      messageXml({ objects: [patientXml('1', '&a20;')] }).replace(
        '<AuditMessage>',
        `<!DOCTYPE AuditMessage [<!ENTITY a0 "lol">${laughs}]><AuditMessage>`,
      ),
      422,
      'doctypeNotAllowed',
    ],
    ['a million open brackets', '<'.repeat(1_000_000), 422, 'notWellFormed'],
  ])('%s is refused within two seconds of work', async (_, xml, status, code) => {
    const before = await disclosures();
    // The site runs in this process: its own work counts, and not what else keeps the machine busy.
    const began = process.cpuUsage();
    const answer = await post(bytesOf(xml));
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1_000).toBeLessThan(2_000);
    expectProblem(answer, status, { code });
    expect(await disclosures()).toBe(before);
    await expectNextGoodMessageWorks();
  });

  it('of exactly 1 MiB is taken', async () => {
    const xml = Buffer.from(goodMessage()).toString();
    const answer = await post(bytesOf(xml + ' '.repeat(1_048_576 - xml.length)));
    expect(answer.status).toBe(202);
    expect(answer.json()).toMatchObject({ results: [{ state: 'accepted' }] });
  });

  it('with NUL and other characters that the database cannot hold is refused in words, never 500', async () => {
    const nasty = messageXml({
      dateTime: '2026-10-20T09:00:00Z',
      objects: [patientXml('RB000417^^^RIVERBEND', '\u{1F600}\uFFFE'), studyXml()],
    });
    for (const xml of [
      nasty,
      messageXml().replace('RIVERPACS', 'RIVER\u0000PACS'),
      messageXml({ auditSource: '<AuditSourceIdentification AuditSourceID="a&#0;b"/>' }),
    ]) {
      const answer = await post(bytesOf(xml));
      expect([202, 422]).toContain(answer.status);
    }
    await expectNextGoodMessageWorks();
  });
});

describe('a table that is meant to do harm', () => {
  // A process of its own: what this one uses is that of hundreds of tests before it.
  let real: RealSite;
  let key: string;
  beforeAll(async () => {
    const fill = async ({ world }: FreshWorld) => {
      const client = { name: 'tables', scopes: ['disclosures:write' as const], actor: somebody };
      ({ key } = await createMachineClient(world.db, { ...client, now: world.clock() }));
    };
    real = await startRealSite({ count: 1, smtpUrl: 'smtp://127.0.0.1:1', fromTemplate: true, fill });
  }, 120_000);
  afterAll(() => real.stop());
  const kept = () => real.fresh.world.db.auditRecord.count();

  const header = 'event_time,patient_id,issuer,study_uid,destination_ae,outcome\n';
  const good = 'RB000417,RIVERBEND,2.25.1,NORTHLIGHT_AI,success\n';
  const mb = 1024 * 1024;
  it.each<[string, () => Uint8Array, number, Record<string, string>]>([
    ['a line of 50 MB', () => Buffer.concat([Buffer.from(header), Buffer.alloc(50 * mb, 'x')]), 413, {}],
    ['a gzip bomb', () => gzipSync(Buffer.alloc(100 * mb)), 422, { 'Content-Encoding': 'gzip' }],
    ['a zip', () => smallZip, 422, {}],
    ['a zip bomb', () => Buffer.concat([smallZip, deflateRawSync(Buffer.alloc(100 * mb))]), 422, {}],
    ['a first line of a million columns', () => Buffer.from(','.repeat(1_000_000)), 422, {}],
    ['8 MB of quotes', () => Buffer.alloc(8 * mb, '"'), 422, {}],
  ])(
    '%s is refused in little time and memory, kept, and the next table works',
    async (_, made, status, more) => {
      const bytes = made();
      const [server] = real.processes as [SiteProcess];
      const [before, began, most] = [await kept(), await server.processorTime(), await server.peak()];
      const path = '/api/v1/disclosures/csv';
      const answer = await server.ask(path, asMachine(bytes, { key, type: 'text/csv', more }));
      const took = (await server.processorTime()) - began;
      expectProblem(answer, status, { results: [{ state: 'rejected' }] });
      const used = `${took} ms, ${Math.round((await server.peak()) - most)} MB`;
      expect(took, used).toBeLessThan(2_000);
      expect((await server.peak()) - most, used).toBeLessThan(100);
      expect(await kept()).toBe(before + 1);
      // Told of at another time than the last one: within five minutes it would be the same transfer.
      const at = new Date(Date.UTC(2026, 10, 3, 0, 10 * minute++)).toISOString();
      const next = `${header}${at},${good}`;
      const taken = await server.ask(path, asMachine(next, { key, type: 'text/csv' }));
      expect(taken.json()).toMatchObject({ results: [{ state: 'accepted' }] });
    },
  );
});
