import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remindOfExpiry } from '#app/vendors/expiry.server.ts';
import { labelDraft } from '#app/vendors/label.server.ts';
import { askedFieldsOf, type LabelGroup } from '#app/vendors/label-fields.ts';
import { shownIn } from '#app/routes/staff+/_parts/label-form.ts';
import { connected } from '#tests/support/database.ts';
import { asMultipart } from '#tests/support/multipart.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember } from '#tests/support/world.ts';

// What everybody reads of a company, from the draft of staff to the officer's publishing it.

let site: Site;
const cookie = { dana: '', amara: '', auditor: '', ines: '' };
let kestrel = '';
const days = 24 * 60 * 60_000;

beforeAll(async () => {
  site = await startSite();
  kestrel = (await site.world.db.vendor.findUniqueOrThrow({ where: { slug: 'kestrel' } })).id;
  cookie.dana = await signIn(site, castMember('staff'));
  cookie.amara = await signIn(site, castMember('privacyOfficer'));
  cookie.auditor = await signIn(site, castMember('auditor'));
  cookie.ines = await signIn(site, castMember('patient'));
});
afterAll(() => site.stop());

const label = () => `/staff/vendors/${kestrel}/label`;
const get = (path: string, Cookie = '') => site.ask(path, { headers: Cookie ? { Cookie } : {} });
const read = async (path: string, Cookie = '') => {
  const { status, text } = await get(path, Cookie);
  expect(status, path).toBe(200);
  return text;
};
const to = ({ status, headers }: Answer) => `${status} ${headers.location ?? ''}`;

/** The form of a part as its page fills it, with some of its fields changed. */
async function filled(group: LabelGroup, fields: Record<string, string>) {
  const { values, revision } = await labelDraft(site.world.db, kestrel);
  const shown = askedFieldsOf(group).flatMap((field) =>
    Object.entries(shownIn(values[field])).map(([input, text]) => [`${field}${input}`, text]),
  );
  return { ...(Object.fromEntries(shown) as Record<string, string>), revision: String(revision), ...fields };
}

const card =
  '<AppliedModelCard><BasicInfo><ModelName>Kestrel Atlas</ModelName><ModelDeveloper>Somebody else</ModelDeveloper></BasicInfo>' +
  '<Resources><PatientConsentOrDisclosure>N/A</PatientConsentOrDisclosure></Resources></AppliedModelCard>';

describe('a company’s public page', () => {
  it('is open to everybody, in both languages, and says what is not known', async () => {
    const list = await read('/vendors');
    expect(list).toContain('Northlight AI');
    expect(await read('/vendors?training=yes')).not.toContain('>Northlight AI<');
    expect(await read('/vendors?optOut=unknown&sort=open')).toContain('>Umbra CAD<');
    const page = await read('/vendors/kestrel');
    expect(page).toMatch(/We do not know. We asked this company on September 23, 2026. It has not answered./);
    expect(page).not.toMatch(/\banonymous|\bsecure\b/i);
    const umbra = await site.ask('/vendors/umbra', { headers: { 'Accept-Language': 'es' } });
    expect(umbra.text).toContain('Esto era cierto hasta el');
    expect((await get('/vendors/nobody')).status).toBe(404);
    expect((await get('/vendors/kestrel/versions/2')).status).toBe(404);
    // Contract dates are public; how the facility files a contract is not.
    const northlight = await read('/vendors/northlight');
    expect(northlight).toMatch(/Business associate agreement, from [^<]* until January 10, 2027/);
    expect(northlight).not.toContain('NL-2020-01');
  });

  it('shows what staff wrote once the officer has published it, at once, and keeps what it said before', async () => {
    const fields = {
      locationAnswer: 'yes',
      locationPlain: 'In a secure room in Michigan.',
      locationAsOf: '2026-11-20',
      locationUntil: '2026-12-10',
    };
    const wrong = await site.ask(
      `${label()}/protection`,
      asForm(
        await filled('protection', { ...fields, locationEvidence: 'javascript:x', accessValue: 'x' }),
        cookie.dana,
      ),
    );
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('begins with https://');
    expect(wrong.text).toContain('Choose an answer, or take out');
    const form = await filled('protection', fields);
    expect(to(await site.ask(`${label()}/protection`, asForm(form, cookie.dana)))).toBe(
      `302 ${label()}?done=saved`,
    );
    // The same form again: somebody has saved in between.
    expect((await site.ask(`${label()}/protection`, asForm(form, cookie.dana))).status).toBe(409);
    expect(await read('/vendors/kestrel')).not.toContain('Michigan');
    const preview = await read(`${label()}/preview`, cookie.auditor);
    expect(preview).toContain('Michigan');
    expect(preview).toContain('says “secure”');

    const publish = async (Cookie: string, revision: string) =>
      site.ask(`${label()}/preview`, asForm({ revision, reason: 'They told us' }, Cookie));
    expect((await publish(cookie.dana, '1')).status).toBe(403);
    expect((await publish(cookie.amara, '1')).text).toContain('say more than is known');
    const reworded = await filled('protection', { ...fields, locationPlain: 'In Michigan.' });
    expect(to(await site.ask(`${label()}/protection`, asForm(reworded, cookie.dana)))).toContain(
      'done=saved',
    );
    expect((await publish(cookie.amara, '1')).status).toBe(409);
    expect(to(await publish(cookie.amara, '2'))).toBe(`302 ${label()}?done=published`);

    expect(await read('/vendors/kestrel')).toContain('In Michigan.');
    expect(await read('/vendors/kestrel/versions/1')).not.toContain('Michigan');
    expect(await read(`${label()}/history`, cookie.auditor)).toContain('They told us');
    const event = await site.world.db.auditEvent.findFirstOrThrow({
      where: { type: 'label.published' },
      orderBy: { id: 'desc' },
    });
    expect(event).toMatchObject({ before: { location: 'notAnswered' }, visibleToPatient: false });
    expect(event.after).toMatchObject({ vendorId: kestrel, number: 2, location: 'yes' });
  });

  it('is never written over, not even by whoever has the database', async () => {
    await connected(site.databaseUrl, async (client) => {
      for (const sql of [
        `update vendor_label_value set state = 'no'`,
        `delete from vendor_label_version`,
        `insert into vendor_label_value (version_id, field, state, asserted_by) select id, 'sold', 'no', 'vendor' from vendor_label_version limit 1`,
      ])
        await expect(client.query(sql), sql).rejects.toThrow(/append-only|published with all/);
    });
  });

  it('takes a model card as the company’s words, after staff saw what was read', async () => {
    const send = (name: string, text: string) =>
      site.ask(
        `${label()}/import`,
        asMultipart({}, [{ name, field: 'file', bytes: Buffer.from(text) }], cookie.dana),
      );
    expect((await send('card.txt', card)).status).toBe(400);
    expect((await send('card.xml', `<!DOCTYPE a>${card}`)).text).toContain('DOCTYPE');
    const sent = await send('card.xml', card);
    const seenAt = sent.headers.location ?? '';
    expect(seenAt).toContain(`${label()}/import/`);
    const seen = await read(seenAt, cookie.dana);
    expect(seen).toContain('Kestrel Atlas');
    // The facility's own answer stands.
    expect(seen).toContain('Kestrel Research Institute');
    expect(seen).toContain('How are patients told about it?');
    expect(to(await site.ask(seenAt, asForm({ revision: '0' }, cookie.dana)))).toBe(
      `302 ${label()}?done=taken`,
    );
    expect((await site.ask(seenAt, asForm({ revision: '1' }, cookie.dana))).status).toBe(409);
    const { values } = await site.world.db.vendorLabelDraft.findUniqueOrThrow({
      where: { vendorId: kestrel },
    });
    expect(values).toMatchObject({
      product: { state: 'yes', value: 'Kestrel Atlas', assertedBy: 'vendor' },
      developer: { value: 'Kestrel Research Institute', assertedBy: 'facility' },
    });
    expect(Object.keys(values as object)).not.toContain('patientConsentOrDisclosure');
    expect(to(await site.ask(label(), asForm({ intent: 'drop' }, cookie.dana)))).toBe(
      `302 ${label()}?done=dropped`,
    );
  });
});

describe('saying no on a company’s page', () => {
  it('leads to a choice about that company alone, also through the sign-in, and no longer than one wants', async () => {
    const start = '/opt-outs/new?company=umbra';
    for (const page of ['/vendors/umbra', '/vendors/umbra/questions'])
      expect(await read(page), page).toContain(start);
    expect(to(await get(start))).toBe(`302 /sign-in?next=${encodeURIComponent(start)}`);
    const begun = await read(start, cookie.ines);
    expect(begun).toContain('Start with Umbra CAD');
    const first = '/opt-outs/new/purposes?everything=choose&companies=some&company=umbra';
    expect(begun).toContain(first.replaceAll('&', '&amp;'));
    expect(begun).toContain('/opt-outs/new/everything');
    expect(await read(first, cookie.ines)).toMatch(/name="company" value="umbra"/);
    expect(to(await get(`${first}&purpose=research&answered=purposes`, cookie.ines))).toBe(
      '302 /opt-outs/new/studies?everything=choose&purpose=research&companies=some&company=umbra',
    );
    // A company that nobody knows is none.
    expect(await read('/opt-outs/new?company=nobody', cookie.ines)).not.toContain('company=');
  });
});

describe('the questions about a company', () => {
  it('are answered by the label, and lead to a request about that company, also through the sign-in', async () => {
    const page = await read('/vendors/umbra/questions');
    expect(page).toContain('It trains AI with your images unless you say no.');
    expect(page).toContain('We do not know. Umbra CAD has not told us.');
    const ask = '/requests/new/question?company=umbra&ask=training';
    expect(page).toContain(ask.replace('&', '&amp;'));
    expect(to(await get(ask))).toBe(`302 /sign-in?next=${encodeURIComponent(ask)}`);
    const form = await read(ask, cookie.ines);
    expect(form).toContain('I have a question about Umbra CAD: Are they used to train AI?');
    const umbra = await site.world.db.vendor.findUniqueOrThrow({ where: { slug: 'umbra' } });
    const ticked = form.match(new RegExp(`<input[^>]*value="${umbra.id}"[^>]*>`))?.[0] ?? '';
    expect(ticked).toContain('checked');
    const sent = await site.ask(
      '/requests/new/question',
      asMultipart(
        {
          submissionKey: /name="submissionKey" value="([^"]+)"/.exec(form)?.[1] ?? '',
          topic: 'training',
          question: 'Are they used to train AI?',
          vendors: umbra.id,
          intent: 'send',
        },
        [],
        cookie.ines,
      ),
    );
    expect(sent.status).toBe(302);
    const request = await site.world.db.privacyRequest.findFirstOrThrow({ where: { kind: 'question' } });
    expect(request.details).toEqual({ topic: 'training', vendors: [umbra.id] });
  });
});

describe('what ends', () => {
  it('is told to officers once for each step, and what was missed is made up for', async () => {
    const { world } = site;
    // The site's own worker reminds too: whoever of the two comes first makes a step, and nobody makes it again.
    const mails = () => world.db.notice.count({ where: { kind: 'vendorExpiry' } });
    const steps = async () =>
      (
        await world.db.expiryReminder.findMany({
          where: { subject: `label:${kestrel}:location` },
          select: { step: true },
        })
      )
        .map(({ step }) => step)
        .sort();
    await remindOfExpiry(world);
    expect(await steps()).toEqual(['days:30']);
    const told = await mails();
    expect(told).toBeGreaterThan(0);
    expect(await Promise.all([remindOfExpiry(world), remindOfExpiry(world)])).toEqual([0, 0]);
    expect(await mails()).toBe(told);
    expect(await read('/staff/vendors', cookie.dana)).toMatch(/Label: \d answers? ends? within 30 days/);
    site.clock.advance(80 * days);
    await remindOfExpiry(world);
    expect(await steps()).toEqual(['days:30', 'days:7', 'ended']);
    expect(await mails()).toBeGreaterThan(told);
    expect(await read('/vendors/kestrel')).toContain(
      'This was true until December 10, 2026. Nobody has confirmed it since.',
    );
  });
});
