import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import { writeCheckpoint } from '#app/audit/checkpoints.server.ts';
import { chainHead, sealEvents } from '#app/audit/seal.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { answer, wholeLetter } from '#tests/support/asked.ts';
import { signIn, startSite, type Site } from '#tests/support/site.ts';
import { tellStory, type ToldStory } from '#tests/support/told-story.ts';
import { castMember, minutes, patientOf, personOf } from '#tests/support/world.ts';

let site: Site;
let story: ToldStory;
let officer: string;
let folder: string;
let pack: Map<string, Buffer>;

beforeAll(async () => {
  site = await startSite();
  story = await tellStory(site.world);
  officer = await signIn(site, castMember('privacyOfficer'));
  await note();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-pack-'));
  pack = await take(story.answered.id);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await site.stop();
});

/** Seals what is committed, and notes the head outside of the database. */
async function note(): Promise<void> {
  const { db, keys, checkpointFile } = site.world;
  await sealEvents(db, site.clock.now());
  await writeCheckpoint(db, keys, checkpointFile ?? '', site.clock.now());
}

async function take(id: string): Promise<Map<string, Buffer>> {
  const answer = await site.ask(`/staff/requests/${id}/pack.zip`, { headers: { Cookie: officer } });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({ 'content-type': 'application/zip', 'cache-control': 'no-store' });
  return unzipped(answer.bytes);
}

function unzipped(bytes: Buffer): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      const files = new Map<string, Buffer>();
      zip.on('error', reject).on('end', () => resolve(files));
      zip.on('entry', (entry: yauzl.Entry) =>
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
          stream.on('end', () => {
            files.set(entry.fileName, Buffer.concat(chunks));
            zip.readEntry();
          });
        }),
      );
      zip.readEntry();
    });
  });
}

/** Unpacks into a folder of its own and runs what is in the pack, as its reader would. */
async function verify(files: Map<string, Buffer>, ...heads: string[]) {
  const at = await mkdtemp(path.join(folder, 'unpacked-'));
  for (const [name, bytes] of files) {
    await mkdir(path.dirname(path.join(at, name)), { recursive: true });
    await writeFile(path.join(at, name), bytes);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['verify.mjs', ...heads], {
    cwd: at,
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}` };
}

const json = (name: string) => JSON.parse(pack.get(name)?.toString('utf8') ?? 'null') as unknown;
const lines = (name: string) =>
  (pack.get(name)?.toString('utf8') ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, string | null>);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The pack with one file changed, and the manifest made to fit: as somebody would who wants to hide it. */
function changed(name: string, change: (text: string) => string): Map<string, Buffer> {
  const files = new Map(pack);
  const text = change(pack.get(name)?.toString('utf8') ?? '');
  expect(text).not.toBe(pack.get(name)?.toString('utf8'));
  files.set(name, Buffer.from(text));
  const manifest = json('manifest.json') as { files: { name: string; sha256: string }[] };
  for (const file of manifest.files) if (file.name === name) file.sha256 = sha256(text);
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  return files;
}

describe('the evidence pack of a request', () => {
  it('holds the request, its rule, notices, letters and audit events, and nothing that stayed inside', () => {
    expect([...pack.keys()].sort()).toEqual([
      'README.txt',
      'audit/checkpoints.jsonl',
      'audit/events.jsonl',
      'audit/links.jsonl',
      'audit/trail.json',
      'clock.json',
      'files.json',
      'letters/accounting.pdf',
      'manifest.json',
      'notices.json',
      'request.json',
      'request.pdf',
      'verify.mjs',
    ]);
    expect(json('clock.json')).toMatchObject({
      rule: { id: 'hipaa.accounting' },
      version: 1,
      state: 'met',
      basis: 'law',
    });
    expect(json('request.json')).toMatchObject({ request: { reference: story.answered.reference } });
    expect((json('notices.json') as { kind: string }[]).map(({ kind }) => kind)).toContain('answerReady');
    expect(lines('audit/events.jsonl').length).toBeGreaterThan(3);
  });

  it('is whole, and says so to whoever runs what is in it; a head held from elsewhere fits', async () => {
    const sealed = lines('audit/links.jsonl').at(-1);
    const { status, said } = await verify(pack, `${sealed?.sequence}:${sealed?.hash}`);
    expect(said).toContain('Nothing is wrong with this pack.');
    expect(said).toMatch(/checkpoint \d+: fits\nhead \d+: fits/);
    expect(said).not.toContain('No head of the chain');
    expect(status).toBe(0);
  });

  it('says so where no head that was noted elsewhere is held against it', async () => {
    const { status, said } = await verify(changed('audit/checkpoints.jsonl', () => ''));
    expect(said).toContain('No head of the chain that was noted elsewhere is in it');
    expect(status).toBe(0);
  });

  it('proves its events by what stands in it alone: each text by its link, each link by its hash', async () => {
    const links = new Map(lines('audit/links.jsonl').map((link) => [link.sequence, link]));
    for (const { sequence, text } of lines('audit/events.jsonl')) {
      if (sequence === null) continue;
      expect(sha256(text ?? '')).toBe(links.get(sequence)?.contentHash);
    }
    for (const { contentHash, previousHash, sealedAt, sequence, hash } of links.values())
      expect(sha256(JSON.stringify({ contentHash, previousHash, sealedAt, sequence }))).toBe(hash);
    const noted = lines('audit/checkpoints.jsonl').at(-1);
    expect(links.get(String(noted?.sequence))?.hash).toBe(noted?.hash);
    expect(BigInt(noted?.sequence ?? 0)).toBeLessThanOrEqual(
      (await chainHead(site.world.db))?.sequence ?? 0n,
    );
  });

  it.each<[string, string, (text: string) => string, string]>([
    [
      'an event',
      'audit/events.jsonl',
      (text) => text.replace('request.responded', 'request.withdrawn'),
      'was changed',
    ],
    [
      'the time of a link',
      'audit/links.jsonl',
      (text) => text.replace(/"sealedAt":"2\d{3}/, '"sealedAt":"2001'),
      'is not what its hash says',
    ],
    [
      'a link that is left out',
      'audit/links.jsonl',
      (text) => text.split('\n').slice(1).join('\n'),
      'has no link',
    ],
    [
      'a checkpoint',
      'audit/checkpoints.jsonl',
      (text) => text.replace(/"hash":"[0-9a-f]{8}/, '"hash":"00000000'),
      'is of another chain',
    ],
  ])('shows that %s was changed, though the manifest was made to fit', async (_, name, change, why) => {
    const { status, said } = await verify(changed(name, change));
    expect(said).toContain(why);
    expect(status).toBe(1);
  });

  it('shows that a file was changed', async () => {
    const files = new Map(pack);
    files.set('request.pdf', Buffer.concat([pack.get('request.pdf') ?? Buffer.of(), Buffer.of(0)]));
    expect(await verify(files)).toMatchObject({
      status: 1,
      said: expect.stringContaining('request.pdf is not the file') as string,
    });
  });

  it('says nothing of other patients, though the links of their events are in it', async () => {
    const own = lines('audit/events.jsonl').length;
    expect(lines('audit/links.jsonl').length).toBeGreaterThan(own);
    const { patientId } = await site.world.db.privacyRequest.findUniqueOrThrow({
      where: { id: story.answered.id },
      select: { patientId: true },
    });
    const others = await site.world.db.patient.findMany({
      where: { id: { not: patientId } },
      select: { id: true },
    });
    const all = [...pack]
      .map(([name, bytes]) => (name.endsWith('.pdf') ? '' : bytes.toString('utf8')))
      .join('');
    for (const { id } of others) expect(all).not.toContain(id);
  });

  it('is told in the history, which the patient sees, and wants a factor that is fresh', async () => {
    expect(
      await site.world.db.auditEvent.findFirst({
        where: { type: 'request.packTaken' },
        select: { requestId: true, actorKind: true, visibleToPatient: true },
      }),
    ).toEqual({ requestId: story.answered.id, actorKind: 'privacyOfficer', visibleToPatient: true });
    site.clock.advance(minutes(11));
    const answer = await site.ask(`/staff/requests/${story.answered.id}/pack.zip`, {
      headers: { Cookie: officer },
    });
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toMatch(/^\/confirm/);
  });

  it('of a denial holds its letter: the ground, its law, and the ways to go on', async () => {
    officer = await signIn(site, castMember('privacyOfficer'));
    const [ines, dana, amara] = await Promise.all([
      patientOf(site.world, 'RB000417'),
      personOf(site.world, 'staff'),
      personOf(site.world, 'privacyOfficer'),
    ]);
    const filed = await submitRequest(site.world, {
      actor: ines,
      kind: 'amendment',
      details: {},
      statement: { wrong: 'Left', right: 'Right', why: 'I know' },
      locale: 'en',
      submissionKey: crypto.randomUUID(),
    });
    if (!filed.ok) throw new Error(filed.refusal);
    const letter = wholeLetter('amendment', 'denied', 'The report is right as it is.');
    await answer(site.world, filed.requestId, { letter, drafter: dana, sender: amara });
    await note();
    const denied = await take(filed.requestId);
    const said = denied.get('request.json')?.toString('utf8') ?? '';
    for (const part of ['The report is right as it is.', '164.526(a)(2)(i)', '164.526(d)(1)(iii)', 'denied'])
      expect(said).toContain(part);
    expect(denied.get('request.pdf')?.subarray(0, 5).toString()).toBe('%PDF-');
    expect((await verify(denied)).status).toBe(0);
  });

  it('of a request that is not there is not there', async () => {
    const fresh = await signIn(site, castMember('privacyOfficer'));
    const answer = await site.ask('/staff/requests/0198a5c0-0000-7000-8000-000000000000/pack.zip', {
      headers: { Cookie: fresh },
    });
    expect(answer.status).toBe(404);
  });
});
