import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckAnswer } from '#app/optouts/checks.server.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { asMachine, expectProblem, startSite, type Site } from '#tests/support/site.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite();
  await fileOptOut(site.world);
});
afterAll(() => site.stop());

const ines = { patientId: 'RB000417', issuer: 'RIVERBEND' };
const good = { purpose: 'MLTRAINING', recipient: 'umbra', items: [ines] };
const post = (body: string | Uint8Array) => site.ask('/api/v1/checks', asMachine(body));
const kept = () => site.world.db.exportCheck.count();

describe('a check of many items', () => {
  const items = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      at % 100 === 0 ? ines : { patientId: `RB9${at}`, issuer: 'RIVERBEND' },
    );

  it('of 10,000 is answered in order, and kept', async () => {
    const answer = await post(JSON.stringify({ ...good, items: items(10_000) }));
    expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    const { results, receiptId } = answer.json() as CheckAnswer;
    expect(results).toHaveLength(10_000);
    expect(results.filter(({ reason }) => reason === 'optedOut')).toHaveLength(100);
    expect(results[9_999]).toEqual({
      patientId: 'RB99999',
      issuer: 'RIVERBEND',
      decision: 'deny',
      reason: 'patientUnknown',
    });
    expect(await site.world.db.exportCheckItem.count({ where: { checkId: receiptId } })).toBe(10_000);
  });

  it('of 10,000 from as many issuers is answered too', async () => {
    const many = items(10_000).map((item, at) => ({
      ...item,
      issuer: at === 0 ? 'RIVERBEND' : `ISSUER${at}`,
    }));
    const answer = await post(JSON.stringify({ ...good, items: many }));
    expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    const { results } = answer.json() as CheckAnswer;
    expect(results[0]?.reason).toBe('optedOut');
    expect(results.slice(1).every(({ reason }) => reason === 'patientUnknown')).toBe(true);
  });

  it('of 10,001, or of none, is refused', async () => {
    const before = await kept();
    expectProblem(await post(JSON.stringify({ ...good, items: items(10_001) })), 400);
    expectProblem(await post(JSON.stringify({ ...good, items: [] })), 400);
    expect(await kept()).toBe(before);
  });
});

describe('a question that cannot be read with certainty', () => {
  const text = JSON.stringify(good);
  it.each<[string, string | Uint8Array, number]>([
    ['nothing', '', 400],
    ['no JSON', 'permit', 400],
    ['half of it', text.slice(0, -3), 400],
    ['two of them', text + text, 400],
    ['a list', `[${text}]`, 400],
    ['null', 'null', 400],
    ['a member twice', text.replace('{', '{"purpose":"TREATDS",'), 400],
    ['a member twice, once written otherwise', text.replace('{', '{"p\\u0075rpose":"TREATDS",'), 400],
    ['a member of an item twice', text.replace('"patientId"', '"patientId":"RB000533","patientId"'), 400],
    ['a foreign member', text.replace('{', '{"decision":"permit",'), 400],
    ['a foreign member of an item', text.replace('"patientId"', '"decision":"permit","patientId"'), 400],
    ['__proto__', text.replace('{', '{"__proto__":{"identifiable":false},'), 400],
    ['no purpose', JSON.stringify({ ...good, purpose: undefined }), 400],
    ['a purpose that is a list', JSON.stringify({ ...good, purpose: ['TREATDS'] }), 400],
    ['an operator for an id', JSON.stringify({ ...good, items: [{ ...ines, patientId: { not: '' } }] }), 400],
    ['identifiable as a word', JSON.stringify({ ...good, identifiable: 'false' }), 400],
    ['NUL in an id', JSON.stringify({ ...good, items: [{ ...ines, patientId: 'RB\u0000' }] }), 400],
    ['NUL in the recipient', JSON.stringify({ ...good, recipient: 'umbra\u0000' }), 400],
    ['NUL in the purpose', JSON.stringify({ ...good, purpose: 'MLTRAINING\u0000' }), 400],
    ['NUL in an issuer', JSON.stringify({ ...good, items: [{ ...ines, issuer: 'RIVER\u0000' }] }), 400],
    ['a study UID of letters', JSON.stringify({ ...good, items: [{ ...ines, studyUid: 'abc' }] }), 400],
    ['a moment without a zone', JSON.stringify({ ...good, at: '2026-11-22T10:00:00' }), 400],
    ['a day that is none', JSON.stringify({ ...good, at: '2026-02-30T10:00:00Z' }), 400],
    ['a moment to come', JSON.stringify({ ...good, at: '2026-11-22T15:00:00.001Z' }), 400],
    ['the year 0000', JSON.stringify({ ...good, at: '0000-01-01T00:00:00Z' }), 400],
    ['bytes that are not UTF-8', Buffer.from(text.replace('RB000417', 'RB\u00e9'), 'latin1'), 400],
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), 400],
    ['brackets 200,000 deep', '['.repeat(200_000), 400],
    ['lists 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400],
    [
      'items 50,000 deep',
      `{"purpose":"x","recipient":"y","items":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      400,
    ],
    ['5 MB', JSON.stringify({ ...good, recipient: 'x'.repeat(5_000_000) }), 413],
    ['30 MB', ' '.repeat(30_000_000), 413],
  ])('%s is refused, nothing is kept, and the next call works', async (_, body, status) => {
    const before = await kept();
    expectProblem(await post(body), status);
    expect(await kept()).toBe(before);
    const next = await post(text);
    expect((next.json() as CheckAnswer).results[0]).toMatchObject({ decision: 'deny', reason: 'optedOut' });
  });

  it('an id with half of a surrogate pair is refused: no receipt could hold it as it was asked', async () => {
    const before = await kept();
    const items = [{ ...ines, patientId: 'RB000417\ud800' }];
    expectProblem(await post(JSON.stringify({ ...good, items })), 400);
    expect(await kept()).toBe(before);
  });

  it.each(['RB000417\u200b', 'RB000417%', "RB000417' or '1'='1", 'ＲＢ000417'])(
    'an id like %j is nobody’s',
    async (patientId) => {
      const answer = await post(
        JSON.stringify({ ...good, purpose: 'TREATDS', items: [{ ...ines, patientId }] }),
      );
      expect(answer.status).toBe(200);
      expect((answer.json() as CheckAnswer).results[0]).toMatchObject({
        decision: 'deny',
        reason: 'patientUnknown',
      });
    },
  );
});
