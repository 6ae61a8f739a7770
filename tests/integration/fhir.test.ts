import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MachineScope } from '#app/people/can.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { mergeRecords, unmergeRecords } from '#app/people/merging.server.ts';
import { recordSuspension } from '#app/disclosures/suspensions.server.ts';
import { auditEventSearch, consentSearch, namesOf } from '#app/web/fhir/search.ts';
import {
  expectR4,
  fhirSample,
  matches,
  publicClient,
  type Bundle,
  type Resource,
} from '#tests/support/fhir.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, hours, patientOf, personOf, somebody } from '#tests/support/world.ts';

let site: Site;
const ids: Record<'all' | 'one' | 'withdrawn' | 'expired' | 'yes' | 'ofMerged' | 'yesOfMerged', string> = {
  all: '',
  one: '',
  withdrawn: '',
  expired: '',
  yes: '',
  ofMerged: '',
  yesOfMerged: '',
};
/** What Northlight has of Ines, and Umbra has not. */
let theirStudy = '';
const keys = { facility: '', northlight: '', umbra: '' };
const vendors = { northlight: '', umbra: '' };
let ines = '';
const number = 'RIVERBEND|RB000417';

const newKey = async (name: string, scopes: MachineScope[], vendorId?: string) =>
  (
    await createMachineClient(site.world.db, {
      name,
      scopes,
      ...(vendorId ? { vendorId } : {}),
      actor: somebody,
      now: site.clock.now(),
    })
  ).key;

const recordOf = async (value: string) =>
  (
    await site.world.db.patientIdentifier.findUniqueOrThrow({
      where: { issuer_value: { issuer: 'RIVERBEND', value } },
      select: { patientId: true },
    })
  ).patientId;

beforeAll(async () => {
  site = await startSite();
  const { world, clock } = site;
  for (const slug of ['northlight', 'umbra'] as const)
    vendors[slug] = (await world.db.vendor.findUniqueOrThrow({ where: { slug } })).id;
  ines = (await patientOf(world, 'RB000417')).patientId ?? '';
  ids.all = await fileOptOut(world);
  ids.one = await fileOptOut(world, {
    purposes: ['aiTraining'],
    vendors: [vendors.northlight, vendors.umbra],
    coversDeidentified: false,
  });
  ids.withdrawn = await fileOptOut(world, { purposes: ['commercialSharing'], vendors: [vendors.umbra] });
  clock.advance(hours(1));
  await withdrawOptOut(world, ids.withdrawn);
  // What facilities set beside: an end, a “yes”, some studies alone.
  const {
    sequence: _s,
    id: _i,
    ...like
  } = await world.db.optOut.findUniqueOrThrow({ where: { id: ids.all } });
  const sent = await world.db.disclosure.findFirstOrThrow({
    where: { patientId: ines, vendorId: vendors.northlight, studyUid: { not: null }, correctedBy: null },
  });
  theirStudy = sent.studyUid ?? '';
  const studies = { studyReach: 'named' as const, studyUids: ['1.2.840.99.1', theirStudy] };
  const now = clock.now();
  const ended = { ...like, ...studies, mayEndAt: now, effectiveFrom: new Date(now.getTime() - hours(24)) };
  ids.expired = (await world.db.optOut.create({ data: ended })).id;
  await world.db.optOutAsk.create({
    data: { optOutId: ids.expired, patientId: ines, askedAt: ended.effectiveFrom, endsAt: now },
  });
  const yes = { ...like, act: 'permitted' as const, purposes: ['research' as const] };
  ids.yes = (await world.db.optOut.create({ data: { ...yes, givenForIds: [ines] } })).id;
  ids.ofMerged = await fileOptOut(world, { mrn: 'RB000902', purposes: ['research'] });
  const [survivor, joined] = [await recordOf('RB000533'), await recordOf('RB000902')];
  ids.yesOfMerged = (
    await world.db.optOut.create({ data: { ...yes, patientId: joined, givenForIds: [joined] } })
  ).id;
  // Each company has images under one number of the two.
  const { id: _d, ...release } = sent;
  await world.db.disclosure.create({
    data: {
      ...release,
      patientId: survivor,
      vendorId: vendors.umbra,
      correctsId: null,
      correctionReason: null,
      studyUid: '2.25.533',
    },
  });
  const merged = await mergeRecords(world, {
    actor: await personOf(world, 'staff'),
    survivorId: survivor,
    mergedId: joined,
    reason: 'Same person, seen at the desk',
  });
  expect(merged.ok).toBe(true);
  keys.facility = await newKey('viewer', ['fhir:read']);
  keys.northlight = await newKey('theirs', ['fhir:read'], vendors.northlight);
  keys.umbra = await newKey('others', ['fhir:read'], vendors.umbra);
  clock.advance(hours(1));
});
afterAll(() => site.stop());

async function get(path: string, key = keys.facility, headers: Record<string, string> = {}) {
  const answer = await site.ask(`/fhir/r4/${path}`, {
    headers: { Authorization: `Bearer ${key}`, ...headers },
  });
  expect(answer.headers['content-type'] ?? 'application/fhir+json', path).toMatch(/^application\/fhir\+json/);
  return answer;
}
async function search(path: string, key = keys.facility): Promise<Bundle> {
  const answer = await get(path, key);
  expect(answer.status, answer.text).toBe(200);
  const bundle = answer.json() as Bundle;
  expectR4(bundle);
  for (const resource of matches(bundle)) expectR4(resource);
  return bundle;
}
const idsIn = (bundle: Bundle) => matches(bundle).map(({ id }) => id);
const found = async (query: string, key = keys.facility) => idsIn(await search(`Consent?${query}`, key));
const read = async (id: string, key = keys.facility) => (await get(`Consent/${id}`, key)).json() as Resource;
const mine = `patient.identifier=${encodeURIComponent(number)}`;

describe('the capability statement', () => {
  it('has every parameter that is taken, and no other one passes in silence', async () => {
    const answer = await site.ask('/fhir/r4/metadata');
    expect(answer.status).toBe(200);
    expectR4(answer.json());
    const { rest } = answer.json() as {
      rest: { resource: { type: string; searchParam: { name: string; type: string }[] }[] }[];
    };
    const strict = { Prefer: 'handling=strict' };
    for (const [type, list] of Object.entries({ AuditEvent: auditEventSearch, Consent: consentSearch })) {
      const told = rest[0]?.resource.find((one) => one.type === type)?.searchParam ?? [];
      expect(told.map(({ name }) => name)).toEqual(list.map(({ name }) => name));
      for (const parameter of list)
        for (const name of namesOf(parameter)) {
          const value =
            parameter.type === 'date'
              ? 'ge2026'
              : name === 'status'
                ? 'active'
                : name.endsWith('identifier')
                  ? 'A|1'
                  : 'one';
          const taken = await get(
            `${type}?${encodeURIComponent(name)}=${value}&_format=json&_pretty=true`,
            keys.facility,
            strict,
          );
          expect(taken.status, `${type} ${name}`).toBe(200);
          expect((await get(`${type}?${encodeURIComponent(`${parameter.name}:exact`)}=x`)).status).toBe(400);
        }
      expect((await get(`${type}?_sort=date`, keys.facility, strict)).status).toBe(400);
      const lenient = (await search(`${type}?_sort=date&_count=1`)).link[0];
      expect(lenient).toEqual({ relation: 'self', url: `${testOrigin}/fhir/r4/${type}?_count=1` });
    }
    const warned = await search('Consent?performer=x&_count=1');
    expect(warned.entry?.at(-1)).toMatchObject({
      search: { mode: 'outcome' },
      resource: { issue: [{ severity: 'warning', code: 'not-supported', diagnostics: 'performer' }] },
    });
    expect((await get('Consent?_format=xml')).status).toBe(406);
    expect((await get('Consent', keys.facility, { Accept: 'application/fhir+xml' })).status).toBe(406);
  });
});

describe('a choice as a Consent', () => {
  it('has the shape of the samples', async () => {
    const shape = (name: string) => {
      const { status, scope, category, policyRule, provision } = fhirSample(name) as Record<string, unknown>;
      return { status, scope, category, policyRule, provision } as {
        provision: { period: object; provision: { actor: object[]; period: object }[] };
      };
    };
    const all = shape('fhir-consent-optout-all-vendors');
    expect(await read(ids.all)).toMatchObject({
      ...all,
      provision: { ...all.provision, period: { start: '2026-11-22T15:00:00.000Z' } },
      patient: { reference: `Patient/${ines}`, identifier: { system: 'RIVERBEND', value: 'RB000417' } },
      performer: [{ reference: `Patient/${ines}` }],
      verification: [{ verified: true }],
    });
    const one = await read(ids.one);
    expect(one).toMatchObject({
      status: 'active',
      policyRule: { coding: [{ code: 'OPTOUTE' }] },
      provision: {
        type: 'permit',
        provision: [
          {
            type: 'deny',
            actor: [
              { role: { coding: [{ code: 'IRCP' }] }, reference: { reference: 'Organization/northlight' } },
              { role: { coding: [{ code: 'IRCP' }] }, reference: { reference: 'Organization/umbra' } },
            ],
            purpose: [{ code: 'MLTRAINING' }],
            provision: [{ type: 'permit', securityLabel: [{ code: 'ANONYED' }] }],
          },
        ],
      },
    });
    expect(await read(ids.withdrawn)).toMatchObject({
      status: 'inactive',
      meta: { lastUpdated: '2026-11-22T16:00:00.000Z' },
      category: [{ coding: [{ code: '59284-0' }] }],
      provision: {
        provision: [{ period: { end: '2026-11-22T16:00:00.000Z' }, purpose: [{ code: 'HMARKT' }] }],
      },
    });
    expect(await read(ids.expired)).toMatchObject({
      status: 'inactive',
      provision: {
        provision: [
          {
            period: { end: '2026-11-22T16:00:00.000Z' },
            data: ['1.2.840.99.1', theirStudy].map((uid) => ({
              reference: { identifier: { value: `urn:oid:${uid}` } },
            })),
          },
        ],
      },
    });
    expect(await read(ids.yes)).toMatchObject({
      policyRule: { coding: [{ code: 'OPTIN' }] },
      provision: { type: 'permit', purpose: [{ code: 'HRESCH' }] },
    });
    for (const id of Object.values(ids)) expectR4(await read(id));
    for (const name of ['all-vendors', 'one-vendor', 'withdrawn'])
      expectR4(fhirSample(`fhir-consent-optout-${name}`));
  });

  it('is found by each parameter, and by all of them together', async () => {
    const { all, one, withdrawn, expired, yes, ofMerged, yesOfMerged } = ids;
    expect(await found(mine)).toEqual([all, one, withdrawn, expired, yes]);
    expect(await found(`patient:identifier=${number}`)).toEqual([all, one, withdrawn, expired, yes]);
    expect(await found(`patient=Patient/${ines}`)).toEqual([all, one, withdrawn, expired, yes]);
    expect(await found(`${mine}&status=active`)).toEqual([all, one, yes]);
    expect(await found(`${mine}&status=inactive`)).toEqual([withdrawn, expired]);
    expect(await found(`${mine}&status=entered-in-error`)).toEqual([]);
    expect(await found(`${mine}&category=http://terminology.hl7.org/CodeSystem/v3-ActCode|RESEARCH`)).toEqual(
      [all, one, expired, yes],
    );
    expect(await found(`${mine}&category=http://loinc.org|59284-0&actor=Organization/umbra`)).toEqual([
      one,
      withdrawn,
    ]);
    expect(await found(`${mine}&actor=umbra&status=active`)).toEqual([one]);
    expect(await found(`_id=${all},${yes}`)).toEqual([all, yes]);
    expect(await found(`${mine}&_lastUpdated=ge2026-11-22T16:00:00Z`)).toEqual([withdrawn, expired]);
    expect(
      await found(`${mine}&_lastUpdated=ge2026-11-22T15:00:00Z&_lastUpdated=lt2026-11-22T15:00:01Z`),
    ).toEqual([all, one, yes]);
    expect(await found(`${mine}&period=eb2026-11-23`)).toEqual([withdrawn, expired]);
    expect(await found(`${mine}&period=gt2030`)).toEqual([all, one, yes]);
    expect(await found(`${mine}&period=lt2026-11-22T15:00:00Z`)).toEqual([expired]);
    // A record that was merged answers under every number of the person.
    // Not so a “yes” that was given before.
    expect(await found('patient.identifier=RIVERBEND|RB000902')).toEqual([ofMerged, yesOfMerged]);
    expect(await found('patient.identifier=RIVERBEND|RB000533')).toEqual([ofMerged]);
    expect(await found('patient.identifier=RIVERBEND|nobody')).toEqual([]);
    for (const bad of [
      'patient.identifier=RB000417',
      'patient=RIVERBEND|RB000417',
      'patient.identifier=',
      'status=sometimes',
      'period=soon',
      'period=2026-02-30',
      '_count=x',
      `_lastUpdated=2026-11-22T15:00`,
      '_after=!',
    ])
      expect((await get(`Consent?${bad}`)).status, bad).toBe(400);
    expect(await search(`Consent?${mine}&_count=0`)).toMatchObject({ total: 5 });
  });

  it('is read with a version that is its content’s, so that a copy can be kept and asked about', async () => {
    const first = await get(`Consent/${ids.all}`);
    const { etag = '', 'last-modified': changed = '' } = first.headers;
    expect(etag).toBe(`W/"${(first.json() as { meta: { versionId: string } }).meta.versionId}"`);
    const again = async (headers: Record<string, string>) =>
      (await get(`Consent/${ids.all}`, keys.facility, headers)).status;
    expect(await again({ 'If-None-Match': etag })).toBe(304);
    expect(await again({ 'If-None-Match': 'W/"other"', 'If-Modified-Since': changed })).toBe(200);
    // Only the version says that a copy is as good: joined and parted within a second, it says something else.
    expect(await again({ 'If-Modified-Since': changed })).toBe(200);
    for (const id of ['nobody', crypto.randomUUID()]) expect((await get(`Consent/${id}`)).status).toBe(404);
  });

  it('that is in force again because records were parted was changed at that moment, and is found by it', async () => {
    const { world, clock } = site;
    const actor = await personOf(world, 'staff');
    const { id: mergeId, survivorId, mergedId } = await world.db.patientMerge.findFirstOrThrow();
    clock.advance(hours(1));
    const since = () => `_lastUpdated=ge${clock.now().toISOString()}`;
    expect(await found(`_id=${ids.ofMerged}&${since()}`)).toEqual([]);
    expect((await unmergeRecords(world, { actor, mergeId, reason: 'Two people' })).ok).toBe(true);
    expect(await found(`_id=${ids.ofMerged}&${since()}`)).toEqual([ids.ofMerged]);
    expect(await found(`_id=${ids.all}&${since()}`)).toEqual([]);
    clock.advance(hours(1));
    expect(await mergeRecords(world, { actor, survivorId, mergedId, reason: 'One person' })).toEqual({
      ok: true,
    });
    expect(await found(`_id=${ids.ofMerged}&${since()}`)).toEqual([ids.ofMerged]);
  });
});

describe('a company’s own program', () => {
  it('reads what concerns the company, and nothing of others', async () => {
    expect(await found(mine, keys.northlight)).toEqual([ids.all, ids.one, ids.expired, ids.yes]);
    expect(await found(mine, keys.umbra)).toEqual([ids.all, ids.one, ids.withdrawn, ids.yes]);
    for (const path of [`Consent?${mine}`, `Consent/${ids.one}`]) {
      const { text } = await get(path, keys.northlight);
      expect(text).toContain('Organization/northlight');
      expect(text.toLowerCase()).not.toContain('umbra');
    }
    expect((await get(`Consent/${ids.withdrawn}`, keys.northlight)).status).toBe(404);
    // Of the studies a choice names it learns of those that it has.
    expect((await get(`Consent/${ids.expired}`, keys.umbra)).status).toBe(404);
    const named = JSON.stringify(await read(ids.expired, keys.northlight));
    expect(named).toContain(theirStudy);
    expect(named).not.toContain('1.2.840.99.1');
    expect(named).not.toContain(ines);
    expect(named).toContain('RB000417');
    expect(await found(`${mine}&actor=Organization/umbra`, keys.northlight)).toEqual([]);
    expect(await found(`_id=${ids.withdrawn}&${mine}`, keys.northlight)).toEqual([]);
    // Who said no at all is no list of its to have, and under which numbers a person is known it does not learn.
    for (const query of ['', `?_id=${ids.all}`, `?patient=Patient/${ines}`, `?${mine},RIVERBEND|RB000533`])
      expect((await get(`Consent${query}`, keys.northlight)).status, query).toBe(403);
    // Nor that the patient said no to everybody, nor how many choices of others were made between two that it reads.
    const [toAll, toSome] = [await read(ids.all, keys.umbra), await read(ids.one, keys.umbra)];
    for (const { provision } of [toAll, toSome])
      expect(provision).toMatchObject({
        type: 'permit',
        provision: [{ type: 'deny', actor: [{ reference: { reference: 'Organization/umbra' } }] }],
      });
    expect(await found(`${mine}&actor=Organization/umbra`, keys.umbra)).toEqual(
      await found(mine, keys.umbra),
    );
    const page = await search(`Consent?${mine}&_count=1`, keys.umbra);
    const next = new URL(page.link.find(({ relation }) => relation === 'next')!.url);
    expect(next.searchParams.get('_after')).toBe(ids.all);
    expect(await found(next.search.slice(1), keys.umbra)).toEqual([ids.one]);
    const merged = await get('Consent?patient.identifier=RIVERBEND|RB000533', keys.umbra);
    expect(matches(merged.json() as Bundle)).toMatchObject([
      { id: ids.ofMerged, patient: { identifier: { value: 'RB000533' } } },
    ]);
    const byId = await get(`Consent/${ids.ofMerged}`, keys.umbra);
    expect(byId.json()).toMatchObject({ patient: { identifier: { value: 'RB000533' } } });
    for (const { text } of [merged, byId]) expect(text).not.toMatch(/RB000902|Patient\//);
    expect(await read(ids.ofMerged, keys.northlight)).toMatchObject({
      patient: { identifier: { value: 'RB000902' } },
    });
    // Nothing under a number whose images it never had, though it is of the same person; and nothing of a “yes” for that one.
    for (const type of ['Consent', 'AuditEvent']) {
      const other = `${type}?patient.identifier=RIVERBEND|RB000902`;
      expect(matches(await search(other, keys.umbra)), type).toEqual([]);
      expect(await search(`${other}&_count=0`, keys.umbra), type).toMatchObject({ total: 0 });
    }
    const own = await search('AuditEvent?patient.identifier=RIVERBEND|RB000533', keys.umbra);
    expect(matches(own)).toHaveLength(1);
    expect(await found('patient.identifier=RIVERBEND|RB000533', keys.northlight)).toEqual([]);
    expect((await get(`Consent/${ids.yesOfMerged}`, keys.umbra)).status).toBe(404);
  });

  it('sees its own releases alone, and none that came without an identity', async () => {
    const seen = await search('AuditEvent?_count=200', keys.northlight);
    const own = await site.world.db.disclosure.count({
      where: {
        vendorId: vendors.northlight,
        correctedBy: null,
        retracted: false,
        OR: [{ anonymized: null }, { anonymized: false }],
      },
    });
    expect(own).toBeGreaterThan(0);
    expect(matches(seen)).toHaveLength(own);
    for (const { agent } of matches(seen) as unknown as { agent: { who: { reference?: string } }[] }[])
      expect(agent[1]?.who.reference).toBe('Organization/northlight');
    expect(JSON.stringify(seen)).not.toContain('Patient/');
    const { id } = await site.world.db.disclosure.findFirstOrThrow({ where: { vendorId: vendors.umbra } });
    expect((await get(`AuditEvent/${id}`, keys.northlight)).status).toBe(404);
    expect(idsIn(await search('AuditEvent?agent=Organization/umbra', keys.northlight))).toEqual([]);
  });
});

describe('a release as an AuditEvent', () => {
  it('is found by each parameter, page by page with a public client, each once', async () => {
    const client = publicClient(site, keys.facility);
    expect((await client.capabilityStatement()).fhirVersion).toBe('4.0.1');
    const standing = await site.world.db.disclosure.findMany({
      where: { correctedBy: null, retracted: false },
      orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }],
      select: {
        id: true,
        patientId: true,
        studyUid: true,
        occurredAt: true,
        vendor: { select: { slug: true } },
      },
    });
    const pages: Resource[][] = [];
    let bundle = (await client.search({
      resourceType: 'AuditEvent',
      searchParams: { _count: '2' },
    })) as unknown as Bundle;
    for (;;) {
      expectR4(bundle);
      pages.push(matches(bundle));
      const next = await client.nextPage({ bundle });
      if (!next) break;
      bundle = next as unknown as Bundle;
    }
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flat().map(({ id }) => id)).toEqual(standing.map(({ id }) => id));
    const whole = await client.read({ resourceType: 'AuditEvent', id: standing[0]?.id ?? '' });
    expectR4(whole);
    expect(JSON.stringify(whole)).not.toContain('Okafor');

    const one = standing.find(({ patientId, studyUid }) => patientId === ines && studyUid);
    if (!one?.studyUid) throw new Error('Ines has a study that was sent');
    const where = (test: (row: (typeof standing)[number]) => boolean) =>
      standing.filter(test).map(({ id }) => id);
    const asked = async (query: string) => idsIn(await search(`AuditEvent?_count=200&${query}`));
    expect(await asked(mine)).toEqual(where(({ patientId }) => patientId === ines));
    expect(await asked(`entity=Patient/${ines}`)).toEqual(where(({ patientId }) => patientId === ines));
    expect(await asked(`entity:identifier=urn:dicom:uid|urn:oid:${one.studyUid}`)).toEqual(
      where(({ studyUid }) => studyUid === one.studyUid),
    );
    expect(await asked(`agent=Organization/${one.vendor.slug}`)).toEqual(
      where(({ vendor }) => vendor.slug === one.vendor.slug),
    );
    const day = one.occurredAt.toISOString();
    expect(await asked(`date=${day}`)).toContain(one.id);
    expect(await asked(`date=gt${day}`)).toEqual(where(({ occurredAt }) => occurredAt > one.occurredAt));
    expect(await asked(`_id=${one.id}`)).toEqual([one.id]);
  });

  it('is not there while an agency’s statement hides it, in a search as in a read', async () => {
    const { world } = site;
    const row = await world.db.disclosure.findFirstOrThrow({
      where: { patientId: ines, correctedBy: null, retracted: false, vendorId: vendors.umbra },
    });
    expect((await get(`AuditEvent/${row.id}`)).status).toBe(200);
    const stated = await recordSuspension(world, await personOf(world, 'privacyOfficer'), {
      patientId: ines,
      vendorId: vendors.umbra,
      agencyKind: 'lawEnforcement',
      form: 'written',
      statedOn: '2026-11-20',
      endsOn: '2027-11-20',
      official: 'Agent Lee',
      says: 'It would impede the case.',
    });
    expect(stated.ok).toBe(true);
    expect((await get(`AuditEvent/${row.id}`)).status).toBe(404);
    const left = await search(`AuditEvent?${mine}&_count=200`);
    expect(JSON.stringify(left)).not.toContain('umbra');
    expect(await search(`AuditEvent?${mine}&_count=0`)).toMatchObject({ total: matches(left).length });
    expect(await found(mine, keys.umbra)).toEqual([]);
  });
});

describe('every read', () => {
  it('is an event, and a line that the patient reads', async () => {
    const { db } = site.world;
    const events = await db.auditEvent.findMany({
      where: { type: 'records.listed', actorKind: 'machine', shownPatientIds: { has: ines } },
      select: { subjectId: true, actorName: true },
    });
    for (const subjectId of ['choices', 'ledger'])
      for (const actorName of ['viewer', 'theirs']) expect(events).toContainEqual({ subjectId, actorName });
    // Also where a search by number finds nothing.
    const asked = await recordOf('RB000760');
    const counted = await search('Consent?patient.identifier=RIVERBEND|RB000760&_count=0', keys.umbra);
    expect(counted.total).toBe(0);
    expect(
      await db.auditEvent.count({ where: { shownPatientIds: { has: asked }, actorName: 'others' } }),
    ).toBe(1);
    const cookie = await signIn(site, castMember('patient'));
    const { text } = await site.ask('/account/activity', { headers: { Cookie: cookie } });
    expect(text).toContain('A program read your record in the list of choices about images');
    expect(text).toContain('A program with a key from Riverbend Imaging');
  });
});
