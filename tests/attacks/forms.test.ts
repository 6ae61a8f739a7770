import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draftAnswer } from '#app/requests/answer.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { asForm, givePassword, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, patientOf, personOf } from '#tests/support/world.ts';

type Who = 'nobody' | 'half' | 'patient' | 'staff';

/** A form that would be taken as it stands, and what a person typed into it by hand. */
interface TakenForm {
  who: Who;
  at: () => string;
  fields: () => Record<string, string>;
  /** A field whose text comes back after a mistake. Secrets never do. */
  shownAgain?: string;
}

const id = { request: '', optOut: '' };
const key = '0d0c7c2e-4a4f-4f6e-9a41-3c1f6f3b7a11';

const forms: Record<string, TakenForm> = {
  'sign in': {
    who: 'nobody',
    at: () => '/sign-in',
    fields: () => ({ email: 'nobody.at.all@demo.example', password: 'canary-password-1234', next: '' }),
    shownAgain: 'email',
  },
  'one-time code': {
    who: 'half',
    at: () => '/sign-in/two-factor',
    fields: () => ({ code: '000000', next: '' }),
  },
  'ask for an accounting': {
    who: 'patient',
    at: () => '/requests/new/accounting',
    fields: () => ({ submissionKey: key, window: 'fromDate', from: '2024-05-01' }),
    shownAgain: 'from',
  },
  'file an opt-out': {
    who: 'patient',
    at: () => '/opt-outs/new/check?everything=yes&key=0d0c7c2e-4a4f-4f6e-9a41-3c1f6f3b7a11',
    fields: () => ({ submissionKey: key, everything: 'yes', wordingVersion: '2026-11' }),
  },
  'withdraw an opt-out': {
    who: 'patient',
    at: () => `/opt-outs/${id.optOut}/withdraw`,
    fields: () => ({ submissionKey: key, wordingVersion: '2026-11' }),
  },
  'send an answer': {
    who: 'staff',
    at: () => `/staff/requests/${id.request}`,
    fields: () => ({ intent: 'send', version: '2', note: 'canary-note typed by hand', reviewed: 'yes' }),
    shownAgain: 'note',
  },
};

let site: Site;
const cookie: Partial<Record<Who, string>> = {};

beforeAll(async () => {
  site = await startSite();
  id.optOut = await fileOptOut(site.world);
  const filed = await submitRequest(site.world, {
    actor: await patientOf(site.world, 'RB000417'),
    kind: 'accounting',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: { from: '2020-11-22', to: '2026-11-22' },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  id.request = filed.requestId;
  const turn = { requestId: filed.requestId, expectedVersion: 1, actor: await personOf(site.world, 'staff') };
  await draftAnswer(site.world, turn, { note: null });
  cookie.patient = await signIn(site, castMember('patient'));
  cookie.staff = await signIn(site, castMember('staff'));
  cookie.half = await givePassword(site, castMember('privacyOfficer'));
});
afterAll(() => site.stop());

const filedRows = () =>
  connected(site.databaseUrl, async (client) => {
    const { rows } = await client.query<object>(
      `select (select count(*) from privacy_request) as requests, (select count(*) from opt_out) as optouts,
              (select count(*) from session) as sessions, (select count(*) from request_response where sent_at is not null) as sent`,
    );
    return rows[0];
  });

const send = ({ who, at }: TakenForm, body: string): Promise<Answer> =>
  site.ask(at(), { ...asForm({}, cookie[who]), body });

const foreign = 'canaryForeignField';
const lettersOf = (n: number) => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

/** The ways a form can be wrong, whatever it asks. */
const wrongs: Record<string, (fields: Record<string, string>) => string | null> = {
  'with nothing in it': () => '',
  'with a field nobody asked for': (fields) =>
    new URLSearchParams({ ...fields, [foreign]: 'privacyOfficer' }).toString(),
  'with a field of the prototype': (fields) =>
    new URLSearchParams({ ...fields, ['__proto__']: 'x', constructor: 'x' }).toString(),
  'with every field twice': (fields) => {
    const query = new URLSearchParams(fields);
    for (const [name, value] of Object.entries(fields)) query.append(name, value);
    return query.toString();
  },
  'with a field far too long': (fields) => {
    const [last] = Object.keys(fields).slice(-1);
    return last ? new URLSearchParams({ ...fields, [last]: 'x'.repeat(60_000) }).toString() : null;
  },
  'with a thousand fields': (fields) =>
    new URLSearchParams([
      ...Object.entries(fields),
      ...Array.from({ length: 1_000 }, (_, n) => [`${foreign}${lettersOf(n)}`, 'x']),
    ]).toString(),
};

describe.each(Object.entries(forms))('the form to %s', (_, form) => {
  it.each(Object.entries(wrongs))('%s is refused with words, and nothing is done', async (_wrong, spoil) => {
    const body = spoil(form.fields());
    if (body === null) return;
    const before = await filedRows();
    const answer = await send(form, body);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.text.includes('role="alert"'), 'says what is wrong').toBe(true);
    expect(answer.text.includes('canary-password-1234'), 'repeats a secret').toBe(false);
    expect(answer.text.includes(foreign), 'repeats what nobody asked for').toBe(false);
    expect(await filedRows()).toEqual(before);
  });

  if (form.shownAgain) {
    it('comes back with what was typed', async () => {
      const name = form.shownAgain ?? '';
      const typed = form.fields()[name] ?? '';
      const answer = await send(form, new URLSearchParams({ ...form.fields(), foreign: 'x' }).toString());
      expect(answer.status).toBe(400);
      expect(answer.text.includes(typed), 'keeps what was typed').toBe(true);
    });
  }

  it('takes no file where text is asked', async () => {
    const boundary = 'canary-boundary';
    const parts = Object.keys(form.fields()).map(
      (name) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\nx\r\n`,
    );
    const ask = asForm({}, cookie[form.who]);
    const answer = await site.ask(form.at(), {
      ...ask,
      headers: { ...ask.headers, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
      body: `${parts.join('')}--${boundary}--\r\n`,
    });
    expect(answer.status).toBe(400);
  });

  it('is not read when it is no form at all', async () => {
    const ask = asForm({}, cookie[form.who]);
    const answer = await site.ask(form.at(), {
      ...ask,
      headers: { ...ask.headers, 'Content-Type': 'multipart/form-data; boundary=none' },
      body: 'no form',
    });
    expect(answer.status).toBe(400);
  });
});
