import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { castMember } from '#tests/support/world.ts';
import { cast } from '#prisma/seed/cast.ts';
import { asForm, cookieOf, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';

let site: Site;
let rosa: string;
let ines: string;
let dana: string;

beforeAll(async () => {
  site = await startSite();
  const member = cast.find(({ email }) => email.startsWith('rosa'));
  if (!member) throw new Error('Rosa is in the cast');
  rosa = await signIn(site, member);
  ines = await signIn(site, castMember('patient'));
  dana = await signIn(site, castMember('staff'));
});
afterAll(() => site.stop());

const boundary = 'canary-boundary';
const pdf = Buffer.from('%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]),
  Buffer.from('IHDR'),
  Buffer.alloc(21),
  Buffer.from([0, 0, 0, 0]),
  Buffer.from('IDAT'),
  Buffer.alloc(16),
]);
const zip = Buffer.concat([Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14, 0, 0, 0, 8, 0]), Buffer.alloc(60)]);
const html = Buffer.from('<!doctype html><script>alert(1)</script>');

interface File {
  name: string;
  bytes: Buffer;
}

const fields = (over: Record<string, string> = {}) => ({
  givenName: 'Tor',
  familyName: 'Lindqvist',
  bornOn: '1984-11-27',
  patientNumber: 'RB000533',
  relationship: 'Sister',
  basis: 'guardian',
  scope: 'both',
  ...over,
});

function post(files: File[], over: Record<string, string> = {}, cookie = rosa): Promise<Answer> {
  const parts: Buffer[] = Object.entries(fields(over)).map(([name, value]) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  );
  for (const { name, bytes } of files)
    parts.push(
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="document"; filename="${name}"\r\nContent-Type: application/pdf\r\n\r\n`,
      ),
      bytes,
      Buffer.from('\r\n'),
    );
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  const ask = asForm({}, cookie);
  return site.ask('/account/representatives/ask', {
    ...ask,
    headers: { ...ask.headers, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat(parts),
  });
}

const stored = async () => ({
  asked: await site.world.db.representation.count(),
  documents: await site.world.db.representativeEvidence.count(),
});

describe('a document that is sent', () => {
  it.each<[string, File[], RegExp]>([
    ['none', [], /Choose the document/],
    ['an empty one', [{ name: 'empty.pdf', bytes: Buffer.alloc(0) }], /empty/],
    ['a zip called PDF', [{ name: 'paper.pdf', bytes: zip }], /PDF, JPEG, PNG or TIFF/],
    ['a page called PNG', [{ name: 'paper.png', bytes: html }], /PDF, JPEG, PNG or TIFF/],
    ['a PDF called PNG', [{ name: 'paper.png', bytes: pdf }], /PDF, JPEG, PNG or TIFF/],
    ['a PDF called exe', [{ name: 'paper.pdf.exe', bytes: pdf }], /PDF, JPEG, PNG or TIFF/],
    ['a PDF without an ending', [{ name: 'pdf2', bytes: pdf }], /PDF, JPEG, PNG or TIFF/],
    [
      'two',
      [
        { name: 'one.pdf', bytes: pdf },
        { name: 'two.pdf', bytes: pdf },
      ],
      /one file only/,
    ],
    [
      'one of 25 MB and a byte',
      [{ name: 'large.pdf', bytes: Buffer.concat([pdf, Buffer.alloc(25 * 1024 * 1024 + 1 - pdf.length)]) }],
      /25 MB/,
    ],
  ])('%s is refused with words, and nothing is stored', async (_what, files, words) => {
    const before = await stored();
    const answer = await post(files);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(words);
    expect(answer.text).toContain('Lindqvist');
    expect(await stored()).toEqual(before);
  });

  it('of 29 MB does not get past the wall, and elsewhere not even 300 kB do', async () => {
    const before = await stored();
    const large = await post([{ name: 'large.pdf', bytes: Buffer.alloc(29 * 1024 * 1024) }]);
    expect(large.status).toBe(413);
    const elsewhere = await site.ask('/account/representatives', {
      ...asForm({}, rosa),
      body: `intent=own&x=${'x'.repeat(300 * 1024)}`,
    });
    expect(elsewhere.status).toBe(413);
    expect(await stored()).toEqual(before);
  });

  it('of an accepted kind is kept once, with its hash, and never in the clear', async () => {
    for (const file of [
      { name: 'paper.pdf', bytes: pdf },
      { name: '../../etc/Nachweis\u202Egnp.PNG', bytes: png },
    ]) {
      const before = await stored();
      const answer = await post([file], { relationship: file.name.slice(0, 5) });
      expect(answer.status, answer.text.slice(0, 200)).toBe(302);
      expect(answer.headers.location).toBe('/account/representatives?done=asked');
      expect(await stored()).toEqual({ asked: before.asked + 1, documents: before.documents + 1 });
    }
    const names = await site.world.db.representativeEvidence.findMany({ select: { fileName: true } });
    expect(names.map(({ fileName }) => fileName)).toContain('Nachweisgnp.PNG');
  });

  it('comes out for staff as a download that no browser shows, and for nobody else', async () => {
    const { id, representationId } = await site.world.db.representativeEvidence.findFirstOrThrow({
      where: { fileName: 'paper.pdf' },
    });
    const path = `/staff/representatives/${representationId}/evidence/${id}`;
    const get = (cookie: string) => site.ask(path, { headers: { Cookie: cookie } });
    const answer = await get(dana);
    expect(answer.status).toBe(200);
    expect(answer.bytes.equals(pdf)).toBe(true);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="paper\.pdf"/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['cache-control']).toMatch(/no-store/);
    expect((await get(rosa)).status).toBe(403);
    expect((await get(ines)).status).toBe(403);
    const other = await site.world.db.representation.findFirstOrThrow({
      where: { id: { not: representationId } },
    });
    const foreign = await site.ask(`/staff/representatives/${other.id}/evidence/${id}`, {
      headers: { Cookie: dana },
    });
    expect(foreign.status).toBe(404);
  });
});

describe('acting for somebody', () => {
  const act = (cookie: string, fieldsSent: Record<string, string>) =>
    site.ask('/account/representatives', asForm(fieldsSent, cookie));

  it('another patient’s representation is not there', async () => {
    const { id } = await site.world.db.representation.findFirstOrThrow({ where: { state: 'granted' } });
    expect((await act(ines, { intent: 'end', representation: id })).status).toBe(404);
    const answer = await act(ines, { intent: 'act', representation: id });
    expect(answer.status).toBe(409);
    expect(answer.text).not.toContain('Castellano');
    expect(cookieOf(answer, 'plainview_session')).toBeUndefined();
  });

  it('shows the banner on every page, in every scope what it opens, and the way back when it ends', async () => {
    const { db } = site.world;
    const { id } = await db.representation.findFirstOrThrow({ where: { state: 'granted' } });
    const get = (cookie: string, path: string) => site.ask(path, { headers: { Cookie: cookie } });
    // Without a record of her own she begins with those she acts for.
    expect((await get(rosa, '/home')).headers.location).toBe('/account/representatives');
    const answer = await act(rosa, { intent: 'act', representation: id });
    const cookie = cookieOf(answer, 'plainview_session') ?? '';
    expect(answer.headers.location).toBe('/home');
    expect((await get(rosa, '/account/representatives')).headers.location).toMatch(/^\/sign-in/);

    const opens = async () =>
      Object.fromEntries<string | number>(
        await Promise.all(
          [
            '/home',
            '/disclosures',
            '/opt-outs',
            '/opt-outs/new',
            '/requests',
            '/requests/new/accounting',
          ].map(async (path) => {
            const page = await get(cookie, path);
            expect(page.text.includes('Back to my own records') || page.status === 302, path).toBe(true);
            return [path, page.headers.location ?? page.status] as const;
          }),
        ),
      );
    expect(await opens()).toEqual({
      '/home': 200,
      '/disclosures': 200,
      '/opt-outs': 200,
      '/opt-outs/new': 200,
      '/requests': 200,
      '/requests/new/accounting': 200,
    });
    await db.representation.update({ where: { id }, data: { scope: 'see' } });
    expect(await opens()).toMatchObject({
      '/home': 200,
      '/opt-outs/new': 403,
      '/requests/new/accounting': 403,
    });
    await db.representation.update({ where: { id }, data: { scope: 'file' } });
    expect(await opens()).toEqual({
      '/home': '/requests',
      '/disclosures': 403,
      '/opt-outs': 403,
      '/opt-outs/new': 200,
      '/requests': 200,
      '/requests/new/accounting': 200,
    });
    await db.representation.update({
      where: { id },
      data: { scope: 'both', endsOn: new Date('2026-11-21') },
    });
    for (const path of ['/home', '/disclosures', '/requests/new/accounting'])
      expect((await get(cookie, path)).headers.location, path).toBe('/account/representatives');
    const stopped = await get(cookie, '/account/representatives');
    expect(stopped.status).toBe(200);
    expect(stopped.text).toContain('You can no longer act for Mila Castellano');
    const back = await act(cookie, { intent: 'own' });
    expect(back.headers.location).toBe('/account/representatives');
  });
});
