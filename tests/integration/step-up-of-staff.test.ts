import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { draftAnswer } from '#app/requests/answer.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { formsOf } from '#tests/support/html.ts';
import { asForm, cookieOf, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, codeNow, minutes, patientOf, personOf } from '#tests/support/world.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

it('a release asks staff for a fresh factor, keeps what was typed, and goes out once it was shown', async () => {
  const dana = castMember('staff');
  const filed = await submitRequest(site.world, {
    actor: await patientOf(site.world, 'RB000417'),
    kind: 'accounting',
    details: { from: '2020-11-22', to: '2026-11-22' },
    submissionKey: randomUUID(),
    locale: 'en',
  });
  if (!filed.ok) throw new Error(filed.refusal);
  const actor = await personOf(site.world, 'staff');
  await draftAnswer(site.world, { requestId: filed.requestId, expectedVersion: 1, actor }, { note: null });
  const state = () =>
    site.world.db.privacyRequest.findUniqueOrThrow({
      where: { id: filed.requestId },
      select: { status: true, version: true },
    });
  const path = `/staff/requests/${filed.requestId}`;
  const answer = {
    intent: 'send',
    version: String((await state()).version),
    note: 'A note that must not be lost',
    reviewed: 'reviewed',
    elementsLookedFor: 'elementsLookedFor',
  };

  const stale = await signIn(site, dana);
  site.clock.advance(minutes(11));
  const before = await state();
  const asked = await site.ask(path, asForm(answer, stale));
  expect(asked.status).toBe(302);
  const next = new URL(asked.headers.location ?? '', 'https://x').searchParams.get('next') ?? '';
  expect(asked.headers.location).toMatch(/^\/confirm\?next=/);
  expect(next).toMatch(/^\/kept\?form=[0-9a-f]{64}$/);
  expect(await state()).toEqual(before);
  const file = await site.ask(`${path}/answer.pdf`, { headers: { Cookie: stale } });
  expect(file.headers.location).toMatch(/^\/confirm\?next=/);

  const shown = await site.ask('/confirm', asForm({ code: codeNow(dana, site.clock), next }, stale));
  const fresh = cookieOf(shown, 'plainview_session') ?? '';
  expect(shown.headers.location).toBe(next);
  expect((await site.ask(path, { headers: { Cookie: stale } })).status).toBe(302);
  const kept = await site.ask(next, { headers: { Cookie: fresh } });
  expect(kept.text).toContain('A note that must not be lost');
  // Sent from where it was kept. A form that is refused stays kept; one that was taken is not kept any longer.
  const sendTo = formsOf(next, kept.text).find(({ action }) => action.startsWith(path))?.action ?? '';
  const refused = await site.ask(sendTo, asForm({ ...answer, note: 'x'.repeat(9_000) }, fresh));
  expect(refused.status).toBe(400);
  expect(await site.world.db.keptForm.count()).toBe(1);
  const sent = await site.ask(sendTo, asForm(answer, fresh));
  expect(sent.headers.location).toBe(`${path}?done=send`);
  expect((await state()).status).not.toBe(before.status);
  while ((await site.world.db.keptForm.count()) > 0) await new Promise((resolve) => setImmediate(resolve));
  expect((await site.ask(`${path}/answer.pdf`, { headers: { Cookie: fresh } })).status).toBe(200);
});
