import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { pageOfRequest } from '#app/web/request-page.server.ts';
import { filePdf, letterPdf } from '#app/web/request-papers.server.ts';
import { fileAccess } from '#tests/support/asked.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// The longest letters on paper, made of what is hardest to lay out. Nothing else runs in this process: it would wait for them.

const longest = 20_000;

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let amara: Person;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  [ines, amara] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
});
afterAll(() => fresh.drop());

const file = () => fileAccess(fresh.world, ines);

describe('the longest letter', () => {
  it.each([
    ['of one letter a line', 'x\n'.repeat(longest / 2)],
    ['of one word', 'x'.repeat(longest)],
    ['in letters that no font of ours has', '李'.repeat(longest)],
    ['of signs outside the first plane', '😀'.repeat(longest / 2)],
    ['of one letter with all its accents', `a${'\u0301'.repeat(longest - 1)}`],
    ['of nothing but line ends', `${'\n'.repeat(longest - 1)}x`],
  ])('is printed %s, in bounded time and memory', async (_, note) => {
    const id = await file();
    const request = await findRequest(fresh.world.db, id, null);
    const visit = { world: fresh.world, person: amara, locale: 'en', now: fresh.clock.now() } as Visit;
    const page = await pageOfRequest(
      { ...visit, patientId: ines.patientId },
      { request: request!, sees: true },
    );
    const answered = {
      ...page,
      answer: { sentOn: 'May 14, 2027', note, accounting: null, letter: null, files: [] },
    };
    const printing = { locale: 'en', now: fresh.clock.now() } as const;
    const before = process.resourceUsage().maxRSS;
    const began = performance.now();
    const papers = [await filePdf(answered, printing), await letterPdf(answered, 'Ines Okafor', printing)];
    expect(performance.now() - began).toBeLessThan(50_000);
    for (const paper of papers) expect(paper.length).toBeLessThan(2_000_000);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(512 * 1024);
  });

  it('lets others be served while it is printed', async () => {
    const id = await file();
    const request = await findRequest(fresh.world.db, id, null);
    const visit = { world: fresh.world, person: amara, locale: 'en', now: fresh.clock.now() } as Visit;
    const page = await pageOfRequest(
      { ...visit, patientId: ines.patientId },
      { request: request!, sees: true },
    );
    const message = {
      id: crypto.randomUUID(),
      byFacility: true,
      text: 'x y\n'.repeat(2_500),
      about: null,
      who: 'Staff',
      at: { iso: '', words: '' },
      files: [],
    };
    let turns = 0;
    const turn = () => {
      turns += 1;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    await filePdf(
      { ...page, messages: Array.from({ length: 4 }, () => message) },
      { locale: 'en', now: fresh.clock.now() },
    );
    clearImmediate(next);
    expect(turns).toBeGreaterThan(3);
  });
});
