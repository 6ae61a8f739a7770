import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { enterRequest } from '#app/requests/filing.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { formsOf, linksOf } from '#tests/support/html.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, patientOf, personOf } from '#tests/support/world.ts';

let site: Site;
let dana: Person;
let staff = '';
let auditor = '';

beforeAll(async () => {
  site = await startSite();
  dana = await personOf(site.world, 'staff');
  staff = await signIn(site, castMember('staff'));
  auditor = await signIn(site, castMember('auditor'));
});
afterAll(() => site.stop());

async function list(day: string, mrn = 'RB000417') {
  const filed = await enterRequest(site.world, {
    actor: dana,
    kind: 'accounting',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: { from: '2020-11-22', to: '2026-11-22' },
    patientId: (await patientOf(site.world, mrn)).patientId,
    channel: 'paper',
    receivedAt: new Date(`${day}T17:00:00Z`),
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed;
}

const see = (path: string, cookie = staff) => site.ask(path, { headers: { Cookie: cookie } });

/** A form with a field that is there more than once. */
function send(path: string, fields: [string, string][], cookie = staff): Promise<Answer> {
  return site.ask(path, { ...asForm({}, cookie), body: new URLSearchParams(fields).toString() });
}

const text = ({ text: html }: Answer) =>
  html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('the queue, without script', () => {
  it('filters by its address, says what is due today and does not call it late, and keeps a view under a name', async () => {
    const today = await list('2026-09-23');
    const late = await list('2026-09-01', 'RB000902');
    const page = await see('/staff?due=today');
    expect(page.text).toContain(today.reference);
    expect(page.text).not.toContain(late.reference);
    expect(text(page)).toMatch(/Due today, November 22, 2026 · law until midnight/);
    expect(text(page)).toMatch(/Late 1 Due today 1 Next 7 days 0/);
    expect(linksOf(page.text)).toContain('/staff?due=overdue');

    const kept = await send('/staff?index&due=today', [
      ['intent', 'saveView'],
      ['name', 'What is due <today>'],
    ]);
    expect(kept).toMatchObject({ status: 302, headers: { location: '/staff?due=today' } });
    const again = await see('/staff');
    expect(again.text).toContain('What is due &lt;today&gt;');
    expect(linksOf(again.text)).toContain('/staff?due=today');
    // A view is one person's own.
    expect((await see('/staff', auditor)).text).not.toContain('What is due');
    const drop = formsOf('/staff', again.text).find(({ fields }) =>
      fields.some(({ value }) => value === 'dropView'),
    );
    await send(
      '/staff?index',
      (drop?.fields ?? []).map(({ name, value }) => [name, value]),
    );
    expect((await see('/staff')).text).not.toContain('What is due');
  });

  it('does one thing to many, and says how many were done, which were not, and why', async () => {
    const [one, two, three] = [await list('2026-11-01'), await list('2026-11-02'), await list('2026-11-03')];
    await moveRequest(site.world, two.requestId, { name: 'acknowledge', expectedVersion: 1 }, dana);
    const ticked = [one, two, three].map(({ requestId }): [string, string] => ['chosen', `${requestId}.1`]);
    const acted = await send('/staff?index', [...ticked, ['assignee', ''], ['intent', 'acknowledge']]);
    expect(acted.status).toBe(200);
    expect(text(acted)).toContain('2 requests are confirmed as received.');
    expect(text(acted)).toContain('1 request was left as it was');
    expect(text(acted)).toContain(`${two.reference} Somebody changed it after you opened this page.`);
    const amara = await personOf(site.world, 'privacyOfficer');
    const given = await send('/staff?index', [...ticked, ['assignee', amara.id], ['intent', 'assign']]);
    expect(text(given)).toContain(`3 requests now belong to ${amara.name}.`);
    expect(text(await see(`/staff?assignee=${amara.id}`))).toContain(`${three.reference}`);

    expect(text(await send('/staff?index', [['intent', 'assign']]))).toContain('Tick at least one request');
    // Who only reads is offered none of it, and is refused.
    expect((await see('/staff', auditor)).text).not.toContain('name="chosen"');
    const refused = await send('/staff?index', [...ticked, ['intent', 'acknowledge']], auditor);
    expect(refused.status).toBe(403);
  });

  it('finds a request by a name that stands in no address, and opens one by its number', async () => {
    const hers = await list('2026-11-20', 'RB000902');
    const found = await send('/staff?index', [
      ['intent', 'search'],
      ['text', 'RB0009'],
    ]);
    expect(found.status).toBe(200);
    expect(found.text).toContain(hers.reference);
    expect(
      await send('/staff?index', [
        ['intent', 'search'],
        ['text', hers.reference.replace('PV-', '').toLowerCase()],
      ]),
    ).toMatchObject({ status: 302, headers: { location: `/staff/requests/${hers.requestId}` } });
    expect(
      text(
        await send('/staff?index', [
          ['intent', 'search'],
          ['text', 'nobody of this name'],
        ]),
      ),
    ).toContain('No request fits these words');
    expect(site.rawLog.join('\n')).not.toContain('RB0009');
  });
});
