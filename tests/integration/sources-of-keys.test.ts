import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readKept } from '#app/disclosures/matching-records.server.ts';
import type { MachineScope } from '#app/people/can.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { confirmOfficerOrder } from '#app/people/officer-orders.server.ts';
import { bytesOf, messageXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { anotherOfficer } from '#tests/support/colleague-codes.ts';
import { bundleOf } from '#tests/support/ingest-messages.ts';
import { asForm, asMachine, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, somebody } from '#tests/support/world.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

let made = 0;
async function keyFor(sources: string[], scopes: MachineScope[] = ['disclosures:write']) {
  return createMachineClient(site.world.db, {
    name: `bridge ${(made += 1)}`,
    scopes,
    sources,
    actor: somebody,
    now: site.clock.now(),
  });
}

let minute = 0;
const xml = () =>
  messageXml({ dateTime: new Date(Date.UTC(2026, 10, 1, 0, 10 * (minute += 1))).toISOString() });
const csv = (source: string) =>
  'event_time,source_ae,patient_id,issuer,study_uid,destination_ae,outcome\r\n' +
  `2026-11-02T00:00:00Z,${source},RB000417,RIVERBEND,2.25.7${(minute += 1)},NORTHLIGHT_AI,success\r\n`;
const send = (key: string, what: 'dicom-audit' | 'csv', body: string) =>
  site.ask(
    `/api/v1/disclosures/${what}`,
    asMachine(bytesOf(body), { key, type: what === 'csv' ? 'text/csv' : 'application/xml' }),
  );
const ends = (answer: Answer) =>
  (answer.json() as { results: { state: string; reason?: string }[] }).results.map(({ state, reason }) => [
    state,
    reason ?? null,
  ]);
const heldOf = (actorId: string) =>
  site.world.db.auditEvent.findMany({
    where: { type: 'ingest.held', actorId },
    orderBy: { id: 'asc' },
    select: { subjectId: true, after: true },
  });

describe('a key that is bound to sources', () => {
  it('reports for them as any other', async () => {
    const { key, id } = await keyFor(['dcm4chee-arc', 'RIVERPACS']);
    expect(ends(await send(key, 'dicom-audit', xml()))).toEqual([['accepted', null]]);
    expect(ends(await send(key, 'csv', csv('RIVERPACS')))).toEqual([['accepted', null]]);
    expect(await heldOf(id)).toEqual([]);
  });

  it.each(['dicom-audit', 'csv'] as const)(
    'cannot put a row on record for another one by %s: the report is kept, waits, and is an event',
    async (what) => {
      const { key, id } = await keyFor(['their-bridge']);
      const before = await site.world.db.disclosure.count();
      const answer = await send(key, what, what === 'csv' ? csv('RIVERPACS') : xml());
      expect(answer.status).toBe(202);
      expect(ends(answer)).toEqual([['quarantined', 'sourceNotOfKey']]);
      expect(await site.world.db.disclosure.count()).toBe(before);
      const [event, ...others] = await heldOf(id);
      expect(others).toEqual([]);
      expect(event?.after).toMatchObject({ state: 'quarantined', reason: 'sourceNotOfKey' });
      // Its bytes are as good as any: who brought them is not forgotten when they are read again.
      const [kept] = await readKept(site.world.db, site.world.keys, [event?.subjectId ?? '']);
      expect(kept?.reading).toMatchObject({ outcome: 'quarantined', reason: 'sourceNotOfKey' });
      const group = await site.world.db.waitingRecord.findUniqueOrThrow({
        where: { recordId: event?.subjectId ?? '' },
        select: { groupId: true },
      });
      const dana = await signIn(site, castMember('staff'));
      const page = await site.ask(`/staff/unmatched/${group.groupId}`, { headers: { Cookie: dana } });
      expect(page.text).toContain('It came with a key that may not report for this system');
    },
  );

  it('cannot by FHIR either', async () => {
    const { key, id } = await keyFor(['their-bridge'], ['fhir:write']);
    const body = bytesOf(bundleOf(0, 1));
    const answer = await site.ask('/fhir/r4', asMachine(body, { key, type: 'application/fhir+json' }));
    expect(answer.status).toBeLessThan(300);
    expect((await heldOf(id)).map(({ after }) => after)).toMatchObject([{ reason: 'sourceNotOfKey' }]);
  });

  it('without a source may report for any, as keys of before', async () => {
    const { key } = await keyFor([]);
    expect(ends(await send(key, 'csv', csv('SOME_OTHER_AE')))).toEqual([['accepted', null]]);
  });
});

describe('the page that asks for a key', () => {
  const fields = {
    name: 'Bridge of the hall',
    vendor: '',
    days: '30',
    networks: '',
    reason: 'A new bridge',
  };
  const ask = async (officer: string, over: Record<string, string>) =>
    site.ask('/officer/keys/new', asForm({ ...fields, scopes: 'disclosures:write', ...over }, officer));

  it('leaves it to nobody’s silence which sources a key may report for', async () => {
    const second = await anotherOfficer(site.world);
    const amara = await signIn(site, castMember('privacyOfficer'));
    const page = await site.ask('/officer/keys/new', { headers: { Cookie: amara } });
    expect(page.text).toContain('Which sources may it report for?');
    expect(page.text).toContain('dcm4chee-arc');
    expect(page.text).not.toMatch(/name="reportsFor"[^>]*checked/);
    for (const over of [
      {},
      { reportsFor: 'only', sources: ' \n' },
      { reportsFor: 'any', sources: 'dcm4chee-arc' },
      { sources: 'dcm4chee-arc' },
    ] as Record<string, string>[])
      expect((await ask(amara, over)).status, JSON.stringify(over)).toBe(400);
    expect(await site.world.db.officerOrder.count()).toBe(0);
    // A program that reports nothing is asked nothing.
    expect((await ask(amara, { name: 'Gateway', scopes: 'checks:read' })).status).toBe(302);
    const sent = await ask(amara, { reportsFor: 'only', sources: 'dcm4chee-arc\r\nRIVERPACS\r\n' });
    expect(sent.status).toBe(302);
    const order = await site.world.db.officerOrder.findFirstOrThrow({ where: { name: fields.name } });
    expect(order.sources).toEqual(['dcm4chee-arc', 'RIVERPACS']);
    const confirmed = await confirmOfficerOrder(site.world, { actor: second, orderId: order.id });
    expect(confirmed).toMatchObject({ ok: true });
    const client = await site.world.db.machineClient.findUniqueOrThrow({ where: { name: fields.name } });
    expect(client.sources).toEqual(['dcm4chee-arc', 'RIVERPACS']);
    expect(
      await site.world.db.auditEvent.findFirst({
        where: { type: 'apiKey.created', subjectId: client.id },
        select: { after: true },
      }),
    ).toMatchObject({ after: { sources: ['dcm4chee-arc', 'RIVERPACS'] } });
    const shown = await site.ask(`/officer/keys/${client.id}`, { headers: { Cookie: amara } });
    expect(shown.text).toContain('dcm4chee-arc · RIVERPACS');
  });
});
