import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { draftAnswer } from '#app/requests/answer.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { nobodysId } from '#tests/support/crawl.ts';
import { formsOf } from '#tests/support/html.ts';
import { builtRoutes } from '#tests/support/manifest.ts';
import { asMultipart } from '#tests/support/multipart.ts';
import { smallPdf } from '#tests/support/small-files.ts';
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
 * `atOnce`: before its form is read. `kept`: once it is read, and what was typed is kept. `keptBeside`: the same, proved by the other tests
 * of this file, for the page has many forms and asks for some of them. Else why it need not be asked.
 */
type Asks = 'atOnce' | 'kept' | 'keptBeside' | `no: ${string}`;
const looksUp = 'no: a search, which writes nothing';
const work = 'no: daily work that lets nobody in and nothing out';
const reading = 'no: one document, read where it stands; an event, which the patient sees';

const own = 'no: what a patient says for themselves, and takes back the same way';
const ownLetter = 'no: one letter or document of their own, which the page shows too';

/** Every form and download of the facility's pages and of patients' own. One that is not here fails. */
const asks: Record<string, Asks> = {
  'staff+/index': work,
  'staff+/requests.$id': 'keptBeside',
  'staff+/requests.$id_.answer[.]pdf': 'atOnce',
  'staff+/requests.$id_.letter[.]pdf': 'atOnce',
  'staff+/requests.$id_.list.$format': 'atOnce',
  'staff+/requests.$id_.pack[.]zip': 'atOnce',
  'staff+/requests.$id_.files.$fileId': reading,
  'staff+/intake+/index': work,
  'staff+/intake+/new': work,
  'staff+/intake+/$id': work,
  'staff+/list-cleaner+/rows':
    'no: rows of a list that whoever sends it has already; what may not go stays out',
  'staff+/list-cleaner+/$receiptId.receipt[.]json': 'no: numbers and hashes of one list, no row of it',
  'staff+/disclosures+/index': looksUp,
  'staff+/disclosures+/new': looksUp,
  'staff+/disclosures+/new_.$patientId': 'kept',
  'staff+/disclosures+/$id_.correct': 'kept',
  'staff+/disclosures+/$id_.documents.$documentId': reading,
  'staff+/disclosures+/studies_.$id': work,
  'staff+/imports+/new': work,
  'staff+/imports+/$id': work,
  'staff+/imports+/$id_.lines[.]csv': 'atOnce',
  'staff+/unmatched+/$id': work,
  'staff+/unmatched+/decisions_.$id': work,
  'staff+/unmatched+/refused_.$id': 'atOnce',
  'staff+/vendors+/new': work,
  'staff+/vendors+/$id_.edit': work,
  'staff+/vendors+/$id_.add.$what': work,
  'staff+/vendors+/$id_.end.$rowId': work,
  'staff+/vendors+/$id_.label': work,
  'staff+/vendors+/$id_.label_.$group': work,
  'staff+/vendors+/$id_.label_.import': work,
  'staff+/vendors+/$id_.label_.import_.$cardId': work,
  'staff+/vendors+/$id_.label_.preview': 'no: tells everybody about a company, and of no patient',
  'staff+/vendors+/$id_.notices': 'kept',
  'staff+/vendor-notices+/$id': work,
  'staff+/vendor-notices+/$id_.proof.$proofId': 'no: one document, read where it stands; an event',
  'staff+/patients+/index': looksUp,
  'staff+/patients+/$id': 'kept',
  'staff+/patients+/$id_.allowed': looksUp,
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
  'officer+/settings+/choices': 'kept',
  'officer+/settings+/facility': 'kept',
  'officer+/settings+/fees': 'kept',
  'officer+/settings+/holidays': 'kept',
  'officer+/settings+/holidays_.import': 'atOnce',
  'officer+/settings+/pauses': 'kept',
  'officer+/settings+/promises': 'kept',
  'officer+/settings+/reminders': 'kept',
  'officer+/settings+/vendor-notices': 'kept',
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
  '_patient+/opt-outs+/$id_.withdraw': own,
  '_patient+/opt-outs+/new_.check': own,
  '_patient+/requests+/$id': own,
  '_patient+/requests+/$id_.again': own,
  '_patient+/requests+/$id_.draft': own,
  '_patient+/requests+/new_.$kind': own,
  '_patient+/requests+/new_.$kind_.draft': own,
  '_patient+/requests+/new_.accounting': own,
  '_patient+/requests+/$id_.answer[.]pdf': ownLetter,
  '_patient+/requests+/$id_.receipt[.]pdf': ownLetter,
  '_patient+/requests+/$id_.files.$fileId': ownLetter,
  '_patient+/requests+/$id_.file[.]pdf': 'atOnce',
  '_patient+/requests+/$id_.file[.]json': 'atOnce',
  '_patient+/requests+/$id_.list.$format': 'atOnce',
  '_patient+/welcome':
    'no: says who one is; staff decide with a fresh factor, and a code from the desk is one',
  '_public+/sign-up_.codes': 'atOnce',
};

/** A form was taken without the question: the answer goes on to another page. */
const wasTaken = (answer: string) => /^302 (?!\/confirm)/.test(answer);

it('every form and download says whether it asks for a fresh factor, and does', async () => {
  const routes = (await builtRoutes()).filter(
    ({ id, pattern, hasAction, isPage }) =>
      pattern !== null &&
      (hasAction || !isPage) &&
      /^routes\/(staff\+|officer\+|_patient\+|_public\+\/sign-up_\.codes)/.test(id),
  );
  expect(routes.map(({ id }) => id.replace('routes/', '')).sort()).toEqual(Object.keys(asks).sort());
  const cookies = {
    facility: await signIn(site, castMember('privacyOfficer')),
    patient: await signIn(site, castMember('patient')),
  };
  const { db } = site.world;
  const { id: vendorId } = await db.vendor.findFirstOrThrow({ select: { id: true } });
  const { id: disclosureId } = await db.disclosure.findFirstOrThrow({ select: { id: true } });
  const { patientId } = await patientOf(site.world, 'RB000417');
  const real: Record<string, string> = {
    '/staff/patients/:id': `/staff/patients/${patientId}`,
    '/staff/disclosures/new/:patientId': `/staff/disclosures/new/${patientId}`,
    '/staff/disclosures/:id/correct': `/staff/disclosures/${disclosureId}/correct`,
    '/officer/settings/rules/:vendorId': `/officer/settings/rules/${vendorId}`,
    '/officer/settings/templates/:kind/:use/:locale': '/officer/settings/templates/accounting/granted/en',
    '/officer/sources/:id': `/officer/sources/${sha256Hex('dcm4chee-arc')}`,
    '/staff/vendors/:id/notices': `/staff/vendors/${vendorId}/notices`,
  };
  // What has to be chosen first, or stays empty.
  const filledIn: Record<string, Record<string, string>> = {
    '/officer/settings/choices': { noCountsFor: '', yesCountsFor: '' },
    '/officer/settings/rules/:vendorId': {
      intent: 'make',
      purpose: 'TREAT',
      basis: 'treatment',
      list: 'law',
      validFrom: '',
    },
    '/officer/sources/:id': { every: '', from: '', to: '', issuer: '', zone: '' },
  };
  const keptOnes = routes.filter(({ id }) => asks[id.replace('routes/', '')] === 'kept');
  const pages = new Map<string, string>();
  for (const { pattern } of keptOnes) {
    const path = real[pattern ?? ''] ?? pattern ?? '';
    pages.set(path, (await site.ask(path, { headers: { Cookie: cookies.facility } })).text);
  }
  site.clock.advance(minutes(11));
  const wrong: string[] = [];
  for (const { id, pattern, hasAction } of routes) {
    const asked = asks[id.replace('routes/', '')] ?? 'no: ';
    const cookie = id.startsWith('routes/_patient+/') ? cookies.patient : cookies.facility;
    if (asked === 'atOnce') {
      const path = (pattern ?? '').replace(/:\w+\??|\*/g, nobodysId);
      const answer = await site.ask(
        path,
        hasAction ? asForm({ intent: 'x' }, cookie) : { headers: { Cookie: cookie } },
      );
      if (answer.status !== 302 || !answer.headers.location?.startsWith('/confirm?next='))
        wrong.push(`${id}: ${answer.status} ${answer.headers.location ?? ''}`);
    } else if (asked === 'kept') {
      // Its own form, as the page fills it in: what it holds is right, so that nothing else keeps it from being taken.
      const path = real[pattern ?? ''] ?? pattern ?? '';
      const sent = formsOf(path, pages.get(path) ?? '').filter(
        ({ action, method }) => method === 'post' && action.split('?')[0] === path,
      );
      // So many are kept for one person.
      await db.keptForm.deleteMany();
      const answers = await Promise.all(
        sent.map((form) => {
          const fields = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]));
          return site.ask(form.action, asForm({ ...fields, ...filledIn[pattern ?? ''] }, cookie));
        }),
      );
      const to = answers.map(({ status, headers }) => `${status} ${headers.location ?? ''}`);
      if (!to.some((one) => one.startsWith('302 /confirm?next=%2Fkept')) || to.some(wasTaken))
        wrong.push(`${id}: ${path} ${to.join(', ')}`);
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
