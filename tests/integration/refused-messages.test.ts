import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import { accountingCsv } from '#app/disclosures/accounting-csv.server.ts';
import { prepareAccounting, readAccounting } from '#app/disclosures/accounting.server.ts';
import { coverageInWords } from '#app/disclosures/coverage-words.ts';
import { takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { wordsFor } from '#app/words/words.ts';
import { fileList } from '#tests/support/filing.ts';
import { asMachine, asForm, cookieOf, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, codeNow, hours, minutes, patientOf, somebody } from '#tests/support/world.ts';

let site: Site;
let dana: string;

beforeAll(async () => {
  site = await startSite();
  dana = await signIn(site, castMember('staff'));
});
afterAll(() => site.stop());

const page = '/staff/unmatched/refused';
const get = (path: string, cookie = dana) => site.ask(path, { headers: { Cookie: cookie } });
const broken = '<AuditMessage><EventIdentification secret="what-it-says"';
const newest = () =>
  site.world.db.auditRecord.findFirstOrThrow({
    where: { state: 'rejected' },
    orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
    select: { id: true, sha256: true },
  });

async function refuse(count: number): Promise<void> {
  const deliver = (at: number) =>
    takeInDicomAudit(site.world, {
      bytes: Buffer.from(`<AuditMessage>${at}`),
      channel: 'syslogUdp',
      actor: somebody,
      now: site.clock.now(),
      peer: { name: null, address: '10.0.0.9' },
    });
  for (let at = 0; at < count; at += 1) await deliver(at);
}

describe('a message that could not be read', () => {
  it('is listed for staff: when it came, from whom, why in words, and how much is kept', async () => {
    expect((await get(page)).text).toContain('Every message could be read');
    const call = asMachine(broken, { type: 'application/xml' });
    const sent = await site.ask('/api/v1/disclosures/dicom-audit', call);
    expect(sent.status).toBe(422);
    const { text } = await get(page);
    expect(text).toContain('Audit message by HTTP');
    expect(text).toContain('It is no XML that can be read: cut off, or broken');
    expect(text).toContain('1 kB');
    expect(text).not.toContain('what-it-says');
    expect((await get('/staff/unmatched')).text).toContain(`href="${page}"`);
  });

  it('is given as it came, as a download, to whoever showed a factor, and that is an event', async () => {
    const { id, sha256 } = await newest();
    const file = await get(`${page}/${id}`);
    expect(file.status).toBe(200);
    expect(file.text).toBe(broken);
    expect(file.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment;/),
      'content-security-policy': expect.stringContaining('sandbox'),
      'cache-control': expect.stringContaining('no-store'),
    });
    const events = () =>
      site.world.db.auditEvent.findMany({
        where: { type: 'ingest.refusedRead' },
        select: { subjectId: true, actorName: true, after: true, visibleToPatient: true, patientId: true },
      });
    const one = {
      subjectId: id,
      actorName: 'Dana Whitlow',
      after: { sha256 },
      visibleToPatient: false,
      patientId: null,
    };
    expect(await events()).toEqual([one]);
    site.clock.advance(minutes(11));
    expect((await get(`${page}/${id}`)).headers.location).toMatch(/^\/confirm\?next=/);
    expect(await events()).toEqual([one]);
    const code = codeNow(castMember('staff'), site.clock);
    const shown = await site.ask('/confirm', asForm({ code, next: page }, dana));
    dana = cookieOf(shown, 'plainview_session') ?? '';
  });

  it('is nothing else: what was taken in, and what nobody has, is not there', async () => {
    const taken = await site.world.db.auditRecord.findFirstOrThrow({
      where: { state: 'accepted' },
      select: { id: true },
    });
    for (const id of [taken.id, '0198a5c0-0000-7000-8000-000000000000', 'x'])
      expect((await get(`${page}/${id}`)).status, id).toBe(404);
  });

  it('stands on one page of many, each once', async () => {
    await refuse(65);
    const seen: string[] = [];
    let next: string | undefined = page;
    for (let pages = 0; next && pages < 5; pages += 1) {
      const { text, status } = await get(next);
      expect(status).toBe(200);
      seen.push(
        ...[...text.matchAll(/href="\/staff\/unmatched\/refused\/([0-9a-f-]{36})"/g)].map(([, id]) => id!),
      );
      next = /href="(\/staff\/unmatched\/refused\?before=[^"]+)"/.exec(text)?.[1];
    }
    expect(seen.length).toBe(66);
    expect(new Set(seen).size).toBe(66);
    expect((await get(`${page}?before=nonsense`)).status).toBe(200);
  });
});

describe('an accounting', () => {
  it('says how many messages could not be read since its window began, in every form, and no more than is known', async () => {
    const actor = await patientOf(site.world, 'RB000417');
    const filed = await fileList(site.world, actor);
    const listFrom = async (from: string, to: string) => {
      const id = await inTransaction(site.world.db, (tx) =>
        prepareAccounting(tx, site.world.keys, {
          requestId: filed.requestId,
          reference: 'PV-TEST',
          patientId: actor.patientId,
          window: { from, to },
          coverage: [],
          place: 'states',
          timeZone: 'America/New_York',
          now: site.clock.now(),
        }),
      );
      return readAccounting(site.world.db, site.world.keys, id);
    };
    const today = site.clock.now().toISOString().slice(0, 10);
    const list = await listFrom('2026-01-01', today);
    expect(list.unreadReports).toEqual({ count: 66, firstOn: today, lastOn: today });
    const inWords = coverageInWords(list, wordsFor('en'), 'en').join(' ');
    expect(inWords).toContain('At least 66 messages that came in between');
    expect(inWords).toContain('We cannot tell if any was a report about your images.');
    expect(accountingCsv(list, 'es')).toContain('Al menos 66 mensajes');
    // A report may come long after what it reports: an earlier window says so too, a later one does not.
    expect((await listFrom('2020-01-01', '2020-12-31')).unreadReports?.count).toBe(66);
    site.clock.advance(hours(24 * 3));
    const later = site.clock.now().toISOString().slice(0, 10);
    const none = await listFrom(later, later);
    expect(none.unreadReports).toBeNull();
    expect(coverageInWords(none, wordsFor('en'), 'en').join(' ')).not.toContain('could not be read');
  });
});
