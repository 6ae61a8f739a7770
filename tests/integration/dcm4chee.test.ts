import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typedNetworks } from '#app/people/networks.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { ask, startSite, type Site } from '#tests/support/site.ts';
import { minutes, somebody } from '#tests/support/world.ts';

// dcm4chee's Store Permission Service, as StoreServiceEJB of dcm4chee-arc-light does it: the address out of a template, the answer by status
// and by a pattern that is looked for anywhere in the body, everything kept by the address but a call that got no answer.

const page = readFileSync('docs/connect-dcm4chee.md', 'utf8');
const setting = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(page)?.[1] ?? '';
const template = setting('dcmStorePermissionServiceURL');
const pattern = new RegExp(setting('dcmStorePermissionServiceResponsePattern'));
const staleAfter = minutes(Number(/^PT(\d+)M$/.exec(setting('dcmStorePermissionCacheStaleTimeout'))?.[1]));

interface Images {
  study: string;
  patient: string;
  issuer: string;
}

let site: Site;
let key: string;
beforeAll(async () => {
  site = await startSite({ seeded: true, trustedProxies: ['loopback'] });
  key = await keyFor(['10.20.0.5/32']);
});
afterAll(() => site.stop());

let made = 0;
async function keyFor(networks: string[]): Promise<string> {
  const { key: given } = await createMachineClient(site.world.db, {
    name: `gateway ${++made}`,
    scopes: ['checks:read'],
    networks,
    actor: somebody,
    now: site.clock.now(),
  });
  return given;
}

/** A gateway with an empty cache. */
function dcm4chee({ from = '10.20.0.5', with: own = key, url = template } = {}) {
  const cache = new Map<string, { outcome: string; at: number }>();
  return async ({ study, patient, issuer }: Images, port = site.port): Promise<string> => {
    const tags: Record<string, string> = { '0020000D': study, '00100020': patient, '00100021': issuer };
    const address = url
      .replace('KEY', own)
      .replace(/\{([0-9A-F]{8})(,urlencoded)?\}/g, (_, tag: string, encoded?: string) =>
        encoded ? encodeURIComponent(tags[tag] ?? '') : (tags[tag] ?? ''),
      );
    const now = site.clock.now().getTime();
    const known = cache.get(address);
    if (known && now - known.at < staleAfter) return known.outcome;
    const { pathname, search } = new URL(address);
    const answer = await ask(port, pathname + search, { headers: { 'X-Forwarded-For': from } }).catch(
      () => null,
    );
    // ProcessingFailure: not kept.
    if (!answer) return 'ProcessingFailure';
    const agreed = answer.status === 200 && pattern.test(answer.text);
    const outcome = agreed ? 'stored' : `NotAuthorized ${answer.status} ${answer.text.trim()}`;
    cache.set(address, { outcome, at: now });
    return outcome;
  };
}

const ines: Images = { study: '2.25.7', patient: 'RB000417', issuer: 'RIVERBEND' };

describe('dcm4chee, set as docs/connect-dcm4chee.md says', () => {
  it('stores what may go, and refuses what may not, also for a number with padding, of nobody, or without an issuer', async () => {
    const store = dcm4chee();
    expect(await store(ines)).toBe('stored');
    const kept = await site.world.db.exportCheck.findFirstOrThrow({
      orderBy: { id: 'desc' },
      include: { machineClient: true, items: true, vendor: true },
    });
    expect(kept.machineClient.name).toBe('gateway 1');
    expect(kept.vendor?.slug).toBe('northlight');
    expect(kept.items).toMatchObject([{ studyUid: '2.25.7', decision: 'permit', value: 'RB000417' }]);
    const id = await fileOptOut(site.world);
    const refused = 'NotAuthorized 200 deny optedOut';
    expect(await dcm4chee()(ines)).toBe(refused);
    expect(await store({ ...ines, study: '2.25.8' })).toBe(refused);
    expect(await store({ ...ines, patient: ' RB000417 ' })).toBe(refused);
    await withdrawOptOut(site.world, id);
    for (const patient of ['RB00041%', 'rb000417', 'RB000417&purpose=TREAT'])
      expect(await store({ ...ines, patient })).toBe('NotAuthorized 200 deny patientUnknown');
    expect(await store({ ...ines, issuer: 'null' })).toBe('NotAuthorized 200 deny patientUnknown');
    // Images without an issuer or a number: dcm4chee leaves the parameter empty. The try is kept.
    for (const empty of [{ issuer: '' }, { patient: '' }, { patient: '', issuer: '' }]) {
      const before = await site.world.db.exportCheckItem.count({ where: { decision: 'deny' } });
      expect(await store({ ...ines, ...empty })).toBe('NotAuthorized 200 deny patientUnknown');
      expect(await site.world.db.exportCheckItem.count({ where: { decision: 'deny' } })).toBe(before + 1);
    }
    // Nothing to answer: no study, and a parameter twice where nobody encoded it.
    expect(await store({ ...ines, study: 'x' })).toMatch(/^NotAuthorized 400 /);
    const unencoded = dcm4chee({ url: template.replaceAll(',urlencoded', '') });
    expect(await unencoded({ ...ines, patient: 'RB000417&purpose=TREAT' })).toMatch(/^NotAuthorized 400 /);
  });

  it('keeps answers no longer than they may be relied on, denials too', async () => {
    expect(staleAfter).toBeLessThanOrEqual(minutes(15));
    const store = dcm4chee();
    expect(await store(ines)).toBe('stored');
    const id = await fileOptOut(site.world);
    expect(await store(ines)).toBe('stored');
    site.clock.advance(staleAfter);
    expect(await store(ines)).toBe('NotAuthorized 200 deny optedOut');
    await withdrawOptOut(site.world, id);
    expect(await store(ines)).toBe('NotAuthorized 200 deny optedOut');
    site.clock.advance(staleAfter);
    expect(await store(ines)).toBe('stored');
  });

  it('stores nothing without an answer, and asks again', async () => {
    const store = dcm4chee();
    expect(await store(ines, 1)).toBe('ProcessingFailure');
    expect(await store(ines)).toBe('stored');
  });

  it('opens with a key in the address from its networks alone, and with no key that is bound to none', async () => {
    expect(await dcm4chee({ from: '10.20.0.6' })(ines)).toMatch(/^NotAuthorized 401 /);
    expect(await dcm4chee({ from: '::ffff:10.20.0.5' })(ines)).toBe('stored');
    expect(await dcm4chee({ with: await keyFor([]) })(ines)).toMatch(/^NotAuthorized 401 /);
    expect(typedNetworks('10.0.0.0/8 2001::/16')).toEqual(['10.0.0.0/8', '2001::/16']);
    for (const half of ['0.0.0.0/1', '128.0.0.0/7', '::/1', '2000::/3'])
      expect(typedNetworks(half)).toBeNull();
    const wide = await keyFor(['10.30.0.0/16', '2001:db8::/32']);
    expect(await dcm4chee({ with: wide, from: '10.30.7.1' })(ines)).toBe('stored');
    expect(await dcm4chee({ with: wide, from: '2001:db8::9' })(ines)).toBe('stored');
    expect(await dcm4chee({ with: wide })(ines)).toMatch(/^NotAuthorized 401 /);
    // Bound is bound, wherever the key stands; and in a header it is asked for at the other address.
    const query = '?patientId=RB000417&issuer=RIVERBEND&purpose=MLTRAINING&recipient=northlight';
    const byHeader = (from: string) =>
      site.ask(`/api/v1/checks/study/2.25.7${query}`, {
        headers: { Authorization: `Bearer ${key}`, 'X-Forwarded-For': from },
      });
    expect((await byHeader('10.20.0.5')).text).toBe('permit\n');
    expect((await byHeader('10.20.0.6')).status).toBe(401);
  });

  it('says the word in no answer that is not one, and writes no key down', async () => {
    const bodies = [
      await site.ask(`/api/v1/keyed/nobodys/checks/study/2.25.7`),
      await site.ask(`/api/v1/keyed/${key}/checks/study/2.25.7`, {
        headers: { 'X-Forwarded-For': '10.20.0.5' },
      }),
      await site.ask(`/api/v1/keyed/${key}/checks/study/2.25.7`, { method: 'POST', body: '' }),
      await site.ask(`/api/v1/keyed/${key}/checks/no-such-call`),
    ];
    expect(bodies.map(({ status }) => status)).toEqual([401, 400, 405, 404]);
    for (const { text } of bodies) expect(text).not.toMatch(/permit/i);
    expect(site.rawLog.join('\n')).not.toContain(key.slice(4));
    expect(site.rawLog.join('\n')).toContain('/api/v1/keyed/[cut]/checks/study/2.25.7');
    const told = await site.world.db.auditEvent.findMany({ select: { subjectId: true, after: true } });
    expect(JSON.stringify(told)).not.toContain(key.slice(4));
  });
});
