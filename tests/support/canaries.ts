import { readdir, readFile } from 'node:fs/promises';
import { cast, demoApiKey } from '#prisma/seed/cast.ts';
import type { Crawled } from './crawled.ts';
import { settled } from './rows.ts';
import { asForm, asMachine, cookieOf, givePassword } from './site.ts';
import { castMember, codeNow } from './world.ts';

export interface Canaries {
  /** What is in patients' records, and what opens a door. */
  records: string[];
  secrets: string[];
  companies: string[];
  letters: { to: string; subject: string; text: string; html: string }[];
}

/** Whether a text holds a canary. Digits alone may stand within the number of a row, or a hash, by chance. */
export function isIn(text: string, canary: string): boolean {
  if (!/^\d+$/.test(canary)) return text.includes(canary);
  return text
    .split(canary)
    .some(
      (before, at, parts) =>
        at + 1 < parts.length && !/[0-9a-f-]$/.test(before) && !/^[0-9a-f-]/.test(parts[at + 1]!),
    );
}

const valueOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1);

/** Knocks at doors that stay shut, and says what may then stand in no line of the log, in no mail and in no address. */
export async function knockedInVain({ site, client, cookieOf: cookies }: Crawled): Promise<Canaries> {
  const told = async (sql: string) =>
    (await client.query<{ one: string | null }>(sql)).rows.flatMap(({ one }) => (one ? [one] : []));
  const secrets = Object.values(cookies).map(valueOf);
  // The wrong password, the wrong code, the wrong key, a foreign record, a message that cannot be read.
  const ines = castMember('patient');
  await site.ask('/sign-in', asForm({ email: ines.email, password: 'canary-wrong-password' }));
  const half = await givePassword(site, ines);
  await site.ask('/sign-in/two-factor', asForm({ code: '864209' }, half));
  site.clock.advance(30_000);
  const code = codeNow(ines, site.clock);
  const session = cookieOf(
    await site.ask('/sign-in/two-factor', asForm({ code }, half)),
    'plainview_session',
  );
  secrets.push('canary-wrong-password', '864209', code, valueOf(half), valueOf(session ?? ''));
  const machine = [
    asMachine('{"items":[{"patientId":"RB000417","issuer":"RIVERBEND"}]}'),
    asMachine(
      '{"purpose":"aiTraining","recipient":"northlight","items":[{"patientId":"RB000417","issuer":"RIVERBEND"}]}',
    ),
    asMachine('{}', { key: 'pvk_canary_wrong_key' }),
  ];
  for (const call of machine) await site.ask('/api/v1/checks', call);
  secrets.push('pvk_canary_wrong_key');
  const folder = new URL('../fixtures/dicom-audit/', import.meta.url);
  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.xml')))
    await site.ask(
      '/api/v1/disclosures/dicom-audit',
      asMachine(await readFile(new URL(name, folder)), { type: 'application/xml' }),
    );
  await settled(client);

  const records = [
    ...(await told('select family_name as one from patient')),
    ...(await told('select value as one from patient_identifier')),
    ...(await told(`select to_char(born_on, 'YYYY-MM-DD') as one from patient`)),
    ...(await told('select study_uid as one from disclosure')),
    ...(await told('select accession_number as one from disclosure where length(accession_number) > 4')),
    ...(await told('select study_description as one from disclosure where length(study_description) > 4')),
    ...(await told('select destination as one from disclosure where length(destination) > 4')),
    'Call us with any question.',
  ];
  const companies = await told('select name as one from vendor');
  secrets.push(...cast.flatMap(({ password, totpSecret }) => [password, totpSecret]), demoApiKey);
  secrets.push(...(await told('select password_hash as one from user_account')));
  const { rows: letters } = await client.query<Canaries['letters'][number]>(
    'select "to", subject, text, html from outbox_message',
  );
  return { records, secrets, companies, letters };
}
