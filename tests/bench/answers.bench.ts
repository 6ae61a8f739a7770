import { afterAll, beforeAll, bench, describe } from 'vitest';
import { demoApiKey } from '#prisma/seed/cast.ts';
import { asMachine, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember } from '#tests/support/world.ts';

// npm run bench. Ratios, not seconds: each group's first line is its floor in the same run, on the same machine.

let site: Site;
let patient = '';
let staff = '';

beforeAll(async () => {
  site = await startSite();
  patient = await signIn(site, castMember('patient'));
  staff = await signIn(site, castMember('staff'));
});
afterAll(() => site.stop());

const page = (path: string, cookie: () => string) => async () => {
  const answer = await site.ask(path, { headers: { Cookie: cookie() } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
};

const check = (items: number) => {
  const body = JSON.stringify({
    purpose: 'MLTRAINING',
    recipient: 'umbra',
    items: Array.from({ length: items }, (_, at) => ({
      patientId: at % 2 ? 'RB000417' : `RB9${at}`,
      issuer: 'RIVERBEND',
    })),
  });
  return async () => {
    const answer = await site.ask('/api/v1/checks', asMachine(body, { key: demoApiKey }));
    if (answer.status !== 200) throw new Error(`checks: ${answer.status}`);
  };
};

describe('pages against an empty answer', () => {
  bench(
    'floor: /healthz',
    page('/healthz', () => ''),
  );
  bench(
    'the start page, nobody signed in',
    page('/', () => ''),
  );
  bench(
    'who got my images',
    page('/disclosures', () => patient),
  );
  bench(
    'the queue',
    page('/staff', () => staff),
  );
});

describe('export checks against raw SQL', () => {
  bench('floor: select 1', async () => {
    await site.world.database.pool.query('select 1');
  });
  bench('one patient', check(1));
  bench('1,000 patients', check(1_000));
});
