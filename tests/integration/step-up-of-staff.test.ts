import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { draftAnswer } from '#app/requests/answer.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { nobodysId } from '#tests/support/crawl.ts';
import { formsOf } from '#tests/support/html.ts';
import { builtRoutes } from '#tests/support/manifest.ts';
import { asMultipart, smallPdf } from '#tests/support/multipart.ts';
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

/**
 * Whether a form or a download asks for a fresh factor ("factors, e-mail, exports, releases, people, keys").
 * `atOnce`: before its form is read. `kept`: once it is read, and what was typed is kept; where that is not in the file itself, the file
 * that does it. Else why it need not be asked.
 */
type Asks = 'atOnce' | 'kept' | `kept: ${string}` | `no: ${string}`;
const looksUp = 'no: a search, which writes nothing';
const work = 'no: daily work that lets nobody in and nothing out';
const reading = 'no: one document, read where it stands; an event, which the patient sees';

/** Every form and download of the facility's pages and of an account's own. One that is not here fails. */
const asks: Record<string, Asks> = {
  'staff+/index': work,
  'staff+/requests.$id': 'kept: app/routes/staff+/_parts/request-acts.server.ts',
  'staff+/requests.$id_.answer[.]pdf': 'atOnce',
  'staff+/requests.$id_.list.$format': 'atOnce',
  'staff+/requests.$id_.pack[.]zip': 'atOnce',
  'staff+/requests.$id_.files.$fileId': reading,
  'staff+/intake+/index': work,
  'staff+/intake+/$id': work,
  'staff+/disclosures+/index': looksUp,
  'staff+/disclosures+/new': looksUp,
  'staff+/disclosures+/new_.$patientId': 'kept: app/routes/staff+/_parts/entry-form.server.ts',
  'staff+/disclosures+/$id_.correct': 'kept: app/routes/staff+/_parts/entry-form.server.ts',
  'staff+/disclosures+/$id_.documents.$documentId': reading,
  'staff+/disclosures+/studies_.$id': work,
  'staff+/imports+/new': work,
  'staff+/imports+/$id': work,
  'staff+/imports+/$id_.lines[.]csv': 'atOnce',
  'staff+/unmatched+/$id': work,
  'staff+/unmatched+/decisions_.$id': work,
  'staff+/vendors+/new': work,
  'staff+/vendors+/$id_.edit': work,
  'staff+/vendors+/$id_.add.$what': work,
  'staff+/vendors+/$id_.end.$rowId': work,
  'staff+/patients+/index': looksUp,
  'staff+/patients+/$id': 'kept',
  'staff+/patients+/$id_.flags': 'atOnce',
  'staff+/patients+/$id_.invite': 'atOnce',
  'staff+/patients+/$id_.merge': 'atOnce',
  'staff+/patients+/$id_.part': 'atOnce',
  'staff+/patients+/$id_.why':
    'no: a reason to look; a record that is closed to staff asks (record-looks.test.ts)',
  'staff+/identity+/$id': 'atOnce',
  'staff+/representatives+/invite': 'atOnce',
  'staff+/representatives+/$id': 'atOnce',
  'staff+/representatives+/$id_.evidence.$evidenceId': reading,
  'staff+/sign-in-help+/new': 'atOnce',
  'staff+/sign-in-help+/$id': 'atOnce',
  'officer+/alerts+/$id': work,
  'officer+/notices': 'no: a letter goes out again to the same address',
  'officer+/calendar_.address': 'atOnce',
  'officer+/reports_.file[.]csv': 'atOnce',
  'officer+/reports_.file[.]pdf': 'atOnce',
  'officer+/keys+/new': 'atOnce',
  'officer+/keys+/$id': 'atOnce',
  'officer+/orders+/$id': 'atOnce',
  'officer+/people+/index': looksUp,
  'officer+/people+/invite': 'atOnce',
  'officer+/people+/$id': 'atOnce',
  'officer+/settings+/facility': 'kept',
  'officer+/settings+/fees': 'kept',
  'officer+/settings+/holidays': 'kept',
  'officer+/settings+/holidays_.import': 'atOnce',
  'officer+/settings+/pauses': 'kept',
  'officer+/settings+/promises': 'kept',
  'officer+/settings+/reminders': 'kept',
  'officer+/settings+/rules_.$vendorId': 'kept',
  'officer+/settings+/templates_.$kind.$use.$locale': 'kept',
  'officer+/sources+/$id': 'kept',
  'officer+/suspensions+/index': 'atOnce',
  'officer+/suspensions+/new': looksUp,
  'officer+/suspensions+/new_.$patientId': 'atOnce',
  '_patient+/account+/contact': 'atOnce',
  '_patient+/account+/contact_.email': 'atOnce',
  '_patient+/account+/contact_.code': 'atOnce',
  '_patient+/account+/security': 'atOnce',
  '_patient+/account+/security_.app': 'atOnce',
  '_patient+/account+/security_.codes': 'atOnce',
  '_patient+/account+/security_.passkeys': 'atOnce',
  '_patient+/account+/security_.password': 'atOnce',
  '_patient+/account+/representatives':
    'no: ends what somebody may do, or says for whom one acts; staff gave it with a fresh factor',
  '_patient+/account+/representatives_.ask': 'no: asks; staff decide with a fresh factor',
  '_public+/sign-up_.codes': 'atOnce',
};

it('every form and download says whether it asks for a fresh factor, and does', async () => {
  const routes = (await builtRoutes()).filter(
    ({ id, pattern, hasAction, isPage }) =>
      pattern !== null &&
      (hasAction || !isPage) &&
      /^routes\/(staff\+|officer\+|_patient\+\/account\+|_public\+\/sign-up_\.codes)/.test(id),
  );
  expect(routes.map(({ id }) => id.replace('routes/', '')).sort()).toEqual(Object.keys(asks).sort());
  const cookie = await signIn(site, castMember('privacyOfficer'));
  site.clock.advance(minutes(11));
  const wrong: string[] = [];
  for (const { id, pattern, hasAction } of routes) {
    const asked = asks[id.replace('routes/', '')] ?? 'no: ';
    if (asked === 'atOnce') {
      const path = (pattern ?? '').replace(/:\w+\??|\*/g, nobodysId);
      const answer = await site.ask(
        path,
        hasAction ? asForm({ intent: 'x' }, cookie) : { headers: { Cookie: cookie } },
      );
      if (answer.status !== 302 || !answer.headers.location?.startsWith('/confirm?next='))
        wrong.push(`${id}: ${answer.status} ${answer.headers.location ?? ''}`);
    } else if (asked.startsWith('kept')) {
      const own = readFileSync(`app/${id}.tsx`, 'utf8');
      const source = asked === 'kept' ? own : readFileSync(asked.replace('kept: ', ''), 'utf8');
      if (!/await requireFreshFactorFor\(|return requireFreshFactorFor\(/.test(source))
        wrong.push(`${id}: does not ask`);
    }
  }
  expect(wrong).toEqual([]);
});

it('a message that carries a document, and a patient number, ask for one; nothing typed is lost', async () => {
  const dana = castMember('staff');
  const filed = await submitRequest(site.world, {
    actor: await patientOf(site.world, 'RB000417'),
    kind: 'accounting',
    details: { from: '2021-11-22', to: '2026-11-22' },
    submissionKey: randomUUID(),
    locale: 'en',
  });
  if (!filed.ok) throw new Error(filed.refusal);
  const path = `/staff/requests/${filed.requestId}`;
  const stale = await signIn(site, dana);
  site.clock.advance(minutes(11));
  const fields = {
    intent: 'message',
    version: '1',
    submissionKey: randomUUID(),
    message: 'The list that you asked for',
  };
  const written = () => site.world.db.requestMessage.count({ where: { requestId: filed.requestId } });
  const before = await written();
  const document = { name: 'list.pdf', bytes: smallPdf, field: 'document' };
  const sent = await site.ask(path, asMultipart(fields, [document], stale));
  expect(sent.headers.location).toMatch(/^\/confirm\?next=/);
  const { message, ...rest } = fields;
  const stated = { ...rest, intent: 'disagree', statement: message };
  const onPaper = await site.ask(path, asMultipart(stated, [document], stale));
  expect(onPaper.headers.location).toMatch(/^\/confirm\?next=/);
  expect(await written()).toBe(before);
  const { patientId } = await patientOf(site.world, 'RB000417');
  const number = { issuer: 'ELSEWHERE', value: 'E-4711' };
  const added = await site.ask(`/staff/patients/${patientId}`, asForm(number, stale));
  expect(added.headers.location).toMatch(/^\/confirm\?next=%2Fkept/);
  expect(await site.world.db.patientIdentifier.count({ where: { value: number.value } })).toBe(0);
  const next = new URL(sent.headers.location ?? '', 'https://x').searchParams.get('next') ?? '';
  const shown = await site.ask('/confirm', asForm({ code: codeNow(dana, site.clock), next }, stale));
  const fresh = cookieOf(shown, 'plainview_session') ?? '';
  const kept = await site.ask(next, { headers: { Cookie: fresh } });
  expect(kept.text).toContain('The list that you asked for');
  // Sent as it was kept it would go without its document: the page asks for that again, with the text.
  const sendTo = formsOf(next, kept.text).find(({ action }) => action.startsWith(path));
  const owed = Object.fromEntries((sendTo?.fields ?? []).map(({ name, value }) => [name, value]));
  const again = await site.ask(sendTo?.action ?? '', asForm(owed, fresh));
  expect(again.status).toBe(400);
  expect(again.text).toContain('Choose the file again');
  expect(again.text).toContain('The list that you asked for');
  expect(await written()).toBe(before);
});
