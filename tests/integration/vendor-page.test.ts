import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSecret } from '#app/crypto/tokens.server.ts';
import { setChannel } from '#app/vendors/channels.server.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { smallPdf } from '#tests/support/small-files.ts';
import { asForm, cookieOf, signIn, startSite, type Site } from '#tests/support/site.ts';
import { linkTo } from '#tests/support/told-vendors.ts';
import { castMember, personOf } from '#tests/support/world.ts';

// The page of one notice for one company, and what the facility and the patient see of it.

let site: Site;
let code = '';
let noticeId = '';
let token = '';

const newLink = () => linkTo(site.world, noticeId);

beforeAll(async () => {
  site = await startSite();
  const { world } = site;
  const { id: vendorId } = await world.db.vendor.findUniqueOrThrow({ where: { slug: 'umbra' } });
  const dana = await personOf(world, 'staff');
  const set = await setChannel(world, {
    ...{ vendorId, kind: 'mail', target: 'privacy@umbra.example', reason: 'Their letter', actor: dana },
  });
  if (!set.ok) throw new Error(set.refusal);
  code = set.secrets[0]?.secret ?? '';
  const optOutId = await fileOptOut(world);
  noticeId = (await world.db.vendorNotice.findFirstOrThrow({ where: { optOutId, vendorId } })).id;
  token = await newLink();
});
afterAll(() => site.stop());

const get = (secret: string, cookie?: string) =>
  site.ask(`/notices/${secret}`, { headers: cookie ? { Cookie: cookie } : {} });
const post = (secret: string, fields: Record<string, string>, cookie?: string) =>
  site.ask(`/notices/${secret}`, asForm(fields, cookie));

describe('a company’s page', () => {
  it('says nothing without the code, is no page for a wrong link, and reading it changes nothing', async () => {
    const before = await site.world.db.vendorNoticeEvent.count();
    const page = await get(token);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Umbra CAD');
    for (const words of ['RB000417', 'Okafor', 'Kestrel', 'VN-']) expect(page.text).not.toContain(words);
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    for (const wrong of [newSecret(), 'x', `${token}x`]) expect((await get(wrong)).status).toBe(404);
    for (const fields of [{ intent: 'acknowledge' }, { intent: 'answer', deed: 'stopped' }] as Record<
      string,
      string
    >[])
      expect((await post(token, fields)).status).toBe(400);
    expect((await post(token, { intent: 'open', code: 'WRONG' })).text).toContain('not the code');
    expect(await site.world.db.vendorNoticeEvent.count()).toBe(before);
  });

  it('opens with the code, takes one answer with its document, and then a fresh link alone', async () => {
    const opened = await post(token, { intent: 'open', code: code.toLowerCase().replaceAll('-', ' ') });
    expect(opened.status).toBe(302);
    const cookie = cookieOf(opened, 'plainview_notice');
    const page = await get(token, cookie);
    expect(page.text).toContain('RB000417');
    for (const words of ['Okafor', 'Ines', 'Kestrel']) expect(page.text).not.toContain(words);
    // The same cookie opens no other link.
    const other = await newLink();
    expect((await get(other, cookie)).text).not.toContain('RB000417');

    expect((await post(token, { intent: 'acknowledge' }, cookie)).status).toBe(302);
    const tomorrow = new Date(site.clock.now().getTime() + 48 * 3_600_000).toISOString().slice(0, 10);
    const answer = { intent: 'answer', deed: 'deleted', since: tomorrow, text: 'All of them' };
    expect((await post(token, answer, cookie)).text).toContain('not in the future');
    const today = site.clock.now().toISOString().slice(0, 10);
    const boundary = 'plainview-boundary';
    const part = (name: string, value: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const body = Buffer.concat([
      Buffer.from(
        part('intent', 'answer') +
          part('deed', 'stopped') +
          part('deed', 'deleted') +
          part('since', today) +
          part('text', '<script>alert(1)</script>') +
          `--${boundary}\r\nContent-Disposition: form-data; name="proof"; filename="log.pdf"\r\nContent-Type: application/pdf\r\n\r\n`,
      ),
      Buffer.from(smallPdf),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const like = asForm({}, cookie);
    const sent = await site.ask(`/notices/${token}`, {
      ...like,
      headers: { ...like.headers, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
      body,
    });
    expect([sent.status, sent.headers.location]).toEqual([302, `/notices/${token}?done=answered`]);
    expect((await get(token, cookie)).text).toContain('does not work any more');
    expect((await post(token, answer, cookie)).status).not.toBe(302);
    // What was made before the answer is over with it.
    expect((await get(other)).text).toContain('does not work any more');
    site.clock.advance(60_000);
    expect((await get(await newLink())).text).toContain('Umbra CAD');
  });

  it('takes one of two answers that race; the other one is told, and keeps what was written', async () => {
    site.clock.advance(60_000);
    const secret = await newLink();
    const cookie = cookieOf(await post(secret, { intent: 'open', code }), 'plainview_notice');
    const since = site.clock.now().toISOString().slice(0, 10);
    const say = (text: string) => post(secret, { intent: 'answer', deed: 'stopped', since, text }, cookie);
    const taken = () => site.world.db.vendorNoticeEvent.count({ where: { noticeId, type: 'answered' } });
    const before = await taken();
    const answers = await Promise.all(['The first of two', 'The second of two'].map(say));
    expect(answers.map(({ status }) => status).sort()).toEqual([302, 409]);
    expect(await taken()).toBe(before + 1);
    // Whoever comes later with a page that was open is told the same.
    const late = await say('Long after both');
    expect(late.status).toBe(409);
    expect(await taken()).toBe(before + 1);
    for (const [place, { status, text }] of [...answers, late].entries()) {
      if (status === 302) continue;
      expect(text).toMatch(/This link was used already|We did not get what you sent/);
      expect(text).toContain(['The first of two', 'The second of two', 'Long after both'][place]);
      for (const words of ['RB000417', 'VN-']) expect(text).not.toContain(words);
    }
    // Without the code nothing is told, and nothing that was sent comes back.
    const stranger = await post(secret, { intent: 'answer', deed: 'stopped', since, text: 'A stranger' });
    expect([stranger.status, stranger.text.includes('A stranger')]).toEqual([400, false]);
  });

  it('the facility and the patient read what was said, as text', async () => {
    const staff = await signIn(site, castMember('staff'));
    const { id: actorId } = await personOf(site.world, 'staff');
    const looks = () =>
      site.world.db.auditEvent.count({
        where: { type: 'records.read', actorId, subjectKind: 'patient', visibleToPatient: true },
      });
    const before = await looks();
    const notice = await site.ask(`/staff/vendor-notices/${noticeId}`, { headers: { Cookie: staff } });
    expect(notice.text).toContain('&lt;script&gt;alert(1)');
    expect(notice.text).not.toContain('<script>alert(1)');
    const [, proof] = /\/proof\/([0-9a-f-]{36})/.exec(notice.text) ?? [];
    const file = await site.ask(`/staff/vendor-notices/${noticeId}/proof/${proof}`, {
      headers: { Cookie: staff },
    });
    expect([file.status, file.headers['content-disposition']]).toEqual([
      200,
      expect.stringContaining('attachment') as string,
    ]);
    // The notice and its document, within ten minutes: one look, which the patient sees.
    expect(await looks()).toBe(before + 1);
    const patient = await signIn(site, castMember('patient'));
    const choices = await site.ask('/opt-outs', { headers: { Cookie: patient } });
    expect(choices.text).toContain('Umbra CAD, step by step');
    expect(choices.text).toContain('Deleted the images');
    expect(choices.text).not.toContain('<script>alert(1)');
    const officer = await signIn(site, castMember('privacyOfficer'));
    const list = await site.ask('/officer/notices?companies=answered', { headers: { Cookie: officer } });
    expect(list.text).toContain('Umbra CAD');
  });
});
