import { afterAll, beforeAll, expect, it } from 'vitest';
import { enqueue, inTransaction } from '#app/db/client.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { fileList } from '#tests/support/filing.ts';
import { asForm, signIn, startSiteOn, type Site } from '#tests/support/site.ts';
import { startSilentServer, type SilentServer } from '#tests/support/smtp-sink.ts';
import { castMember, freshWorld, minutes, patientOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let site: Site;
let silent: SilentServer;
let officer: string;
let ids: string[];
let request: { requestId: string; reference: string };

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  silent = await startSilentServer();
  site = await startSiteOn(fresh.databaseUrl, fresh.clock, { demo: true, smtpUrl: silent.url });
  officer = await signIn(site, castMember('privacyOfficer'));
  const ines = await patientOf(site.world, 'RB000417');
  const filed = await fileList(site.world, ines);
  request = filed;
  ids = await inTransaction(site.world.db, async (tx) => {
    const owed: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      const notice = { kind: 'messageReceived', userId: ines.id, requestId: filed.requestId } as const;
      owed.push(String(await oweNotice(tx, { ...notice, now: site.clock.now() })));
    }
    return owed;
  });
});
afterAll(async () => {
  await silent.stop();
  await site.stop({ errors: true }); // the queue complains of each letter that was not taken
  await fresh.drop();
});

const read = async (target: string, cookie = officer) => {
  const answer = await site.ask(target, { headers: { Cookie: cookie } });
  return {
    ...answer,
    words: answer.text
      .replace(/<!--.*?-->/g, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' '),
  };
};
const post = (fields: Record<string, string>, cookie = officer) =>
  site.ask('/officer/notices?state=dead', asForm(fields, cookie));

it('pages and other work do not wait while the mail server says nothing', { timeout: 90_000 }, async () => {
  await expect.poll(() => silent.held(), { timeout: 20_000 }).toBe(4);
  const took: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    for (const page of ['/officer/notices', `/staff/requests/${request.requestId}`]) {
      const began = performance.now();
      expect((await read(page)).status).toBe(200);
      took.push(performance.now() - began);
    }
  }
  // A server that says nothing is cut off after ten seconds: what waited for it would take as long.
  expect(Math.max(...took)).toBeLessThan(8_000);
  await inTransaction(site.world.db, (tx) => enqueue(tx, 'sweep', {}, 'sweep-now'));
  const sweeps = () =>
    site.world.database.pool.query(`select 1 from graphile_worker.jobs where key = 'sweep-now'`);
  await expect.poll(async () => (await sweeps()).rowCount, { timeout: 30_000 }).toBe(0);
  await expect.poll(() => silent.held(), { timeout: 20_000 }).toBeGreaterThan(0);
});

it(
  'the officer sees what waits, for how long, to whom and what the server said; nobody’s address',
  { timeout: 60_000 },
  async () => {
    const early = await read('/officer/notices');
    expect(early.words).toMatch(/The oldest email that is not sent has waited for/);
    expect(early.words).toContain('We wrote to you');
    expect(early.words).toContain('Ines Okafor');
    expect(early.words).toContain(request.reference);
    expect(early.text).not.toContain(castMember({ mrn: 'RB000417' }).email);
    expect(early.words).not.toMatch(/accounting|RB000417/);
    await expect
      .poll(async () => (await read('/officer/notices?state=failing')).words, {
        timeout: 30_000,
        interval: 500,
      })
      .toContain('The mail server did not answer in time.');

    site.clock.advance(minutes(16));
    officer = await signIn(site, castMember('privacyOfficer'));
    expect((await read('/officer/notices')).words).toMatch(/Email has waited for 1[67] minutes/);
    const aboutIt = await read(`/staff/requests/${request.requestId}`);
    expect(aboutIt.words).toContain('Email about this request');
  },
);

it(
  'letters that were given up are sent again: once for a double click, some or all, by an officer alone',
  { timeout: 60_000 },
  async () => {
    const dead = { deadAt: site.clock.now(), failure: '550 5.1.1 <…>: no such mailbox', tries: 1 };
    await site.world.database.pool.query('delete from graphile_worker._private_jobs');
    const { count } = await site.world.db.notice.updateMany({ where: { sentAt: null }, data: dead });
    expect(count).toBeGreaterThan(12);
    const page = await read('/officer/notices?state=dead');
    expect(page.words).toContain('The mail server said: “550 5.1.1 &lt;…&gt;: no such mailbox”');
    expect(page.text.match(/type="checkbox"/g)).toHaveLength(count);
    expect((await read(`/officer/people?role=patient&search=ines`)).words).toContain('Email does not arrive');

    const [notice = ''] = ids;
    const none = await post({ intent: 'chosen' });
    expect([none.status, none.text.includes('Tick at least one email.')]).toEqual([400, true]);
    const clicks = await Promise.all([1, 2, 3].map(() => post({ intent: 'chosen', notice })));
    expect(clicks.map(({ headers }) => headers.location).sort()).toEqual([
      '/officer/notices?state=dead&again=0',
      '/officer/notices?state=dead&again=0',
      '/officer/notices?state=dead&again=1',
    ]);
    expect((await read('/officer/notices?state=dead&again=1')).words).toContain('1 email goes out again.');

    const auditor = await signIn(site, castMember('auditor'));
    expect((await read('/officer/notices?state=dead', auditor)).text).not.toMatch(/type="checkbox"|Send all/);
    expect((await post({ intent: 'all' }, auditor)).status).toBe(403);
    expect(await site.world.db.notice.count({ where: { deadAt: { not: null } } })).toBe(count - 1);
    const all = await post({ intent: 'all' });
    expect(all.headers.location).toBe(`/officer/notices?state=dead&again=${count - 1}`);
    expect((await read('/officer/notices?state=dead')).words).toContain('Nothing was given up');
  },
);

it('takes no place in the list that is none', async () => {
  for (const before of ['x', '1.2', `${'9'.repeat(30)}.${ids[0]}`, `999999999999999.${ids[0]}`])
    expect((await read(`/officer/notices?before=${before}&state=nope&again=1e9`)).status).toBe(200);
});
