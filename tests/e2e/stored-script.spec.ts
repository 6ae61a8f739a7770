import type { BrowserContext } from '@playwright/test';
import pg from 'pg';
import type { Person } from '#app/audit/actor.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { castMember, expect, test, type BrowserSite } from '#tests/support/browser-site.ts';
import { kindOf, linksOf } from '#tests/support/html.ts';
import { tellStory } from '#tests/support/told-story.ts';

// Whatever a patient, a vendor, an archive or a browser can put into a column of text, as if it had got past every check on the way in.

/** Breaks out of text, attributes, titles, text areas, comments and scripts. */
const script =
  '"><img src=/stored.png onerror=alert(1)>\'><script>alert(2)</script><svg/onload=alert(3)></textarea></title></script>' +
  '--><iframe srcdoc="<script>parent.alert(4)</script>"></iframe>{{7*7}}${7*7}<a href=javascript:alert(5)>x</a>\u202E';
const address = 'javascript:alert(document.domain)//';

/** Columns of text that somebody outside fills: by hand, by a message, by a header. */
const written: Record<string, string[]> = {
  answer_template: ['body'],
  audit_event: ['actor_name', 'on_behalf_of', 'reason'],
  audit_record: ['reason', 'audit_source_id'],
  disclosure: [
    'accession_number',
    'modality',
    'study_description',
    'source_ae_title',
    'destination',
    'correction_reason',
  ],
  ingest_batch: ['peer_name', 'peer_address'],
  facility: ['name', 'phone', 'email', 'address'],
  holiday: ['name', 'calendar'],
  passkey: ['name'],
  mail_proof: ['email', 'display_name'],
  credential_order: ['identity_check', 'reason', 'new_email', 'refusal'],
  officer_order: ['reason', 'name', 'refusal'],
  notice: ['address', 'failure'],
  outbox_message: ['to', 'subject', 'text'],
  cohort_check: ['recipient'],
  export_check: ['recipient'],
  export_check_item: ['issuer', 'value', 'study_uid'],
  user_account: ['email', 'display_name'],
  session: ['user_agent', 'address'],
  patient: ['family_name', 'given_name'],
  patient_identifier: ['issuer', 'value'],
  machine_client: ['name'],
  signing_key: ['kid'],
  invitation: ['display_name'],
  identity_claim: ['given_name', 'family_name', 'issuer', 'value', 'reason'],
  representation: ['given_name', 'family_name', 'patient_number', 'relationship', 'reason', 'end_reason'],
  representative_evidence: ['file_name'],
  entry_document: ['file_name'],
  file_import: ['file_name', 'audit_source_id'],
  column_mapping: ['audit_source_id'],
  patient_flag: ['person_name', 'reason', 'lift_reason'],
  patient_merge: ['reason', 'unmerge_reason'],
  vendor: ['name', 'address', 'contact'],
  vendor_agreement: ['reference'],
  vendor_endpoint: ['value'],
  vendor_channel: ['target'],
  vendor_notice: ['reference'],
  vendor_delivery: ['failure'],
  vendor_proof: ['file_name'],
  vendor_label_value: ['plain', 'plain_es', 'value', 'evidence_url'],
  vendor_model_card: ['file_name'],
  audit_source: ['audit_source_id'],
  research_protocol: [
    'name',
    'description',
    'criteria',
    'data_sent',
    'sponsor_name',
    'sponsor_address',
    'sponsor_phone',
    'researcher_name',
    'researcher_address',
    'researcher_phone',
  ],
  matching_decision: ['issuer', 'reason', 'undo_reason'],
  record_settlement: ['reason'],
  source_heartbeat: ['audit_source_id'],
  source_rhythm: ['audit_source_id'],
  source_gap: ['audit_source_id', 'stream'],
  source_sequence: ['audit_source_id', 'stream'],
  source_sender: ['audit_source_id', 'subject'],
  privacy_request: ['search_text'],
  attachment: ['file_name'],
  saved_view: ['name', 'query'],
};

/** Only a row that corrects another says why. */
const onlyWhere: Record<string, string> = {
  'disclosure.correction_reason': 'corrects_id is not null',
  // What is not answered says nothing.
  'vendor_label_value.plain': `state <> 'notAnswered'`,
  'vendor_label_value.plain_es': `state <> 'notAnswered'`,
  'vendor_label_value.value': `state <> 'notAnswered'`,
};

let fills = 0;

/**
 * Writes a text into all of them, past triggers and doors. What must be different in each row ends differently: in this filling, and from
 * what an earlier one left, for a row may now lie where another lay then.
 */
async function fillWith(site: BrowserSite, text: string, besides: string[] = []): Promise<number> {
  const client = new pg.Client({ connectionString: site.databaseUrl });
  await client.connect();
  fills += 1;
  try {
    await client.query("set session_replication_role = 'replica'");
    let rows = 0;
    for (const [table, columns] of Object.entries(written)) {
      const set = columns
        .filter((column) => !besides.includes(`${table}.${column}`))
        .map((column) => {
          const where = onlyWhere[`${table}.${column}`];
          return `"${column}" = ${where ? `case when ${where} then ` : ''}$1 || $2::text || right(ctid::text, 8)${where ? ' end' : ''}`;
        });
      if (set.length === 0) continue;
      rows +=
        (await client.query(`update "${table}" set ${set.join(', ')}`, [text, String(fills)])).rowCount ?? 0;
    }
    return rows;
  } finally {
    await client.end();
  }
}

/** What the story finds people and records by. */
const foundBy = ['user_account.email', 'patient_identifier.issuer', 'patient_identifier.value'];

async function personOf(site: BrowserSite, who: 'patient' | 'staff'): Promise<Person> {
  const { id, displayName, role, patientId } = await site.world.db.user.findUniqueOrThrow({
    where: { email: castMember(who).email },
    select: { id: true, displayName: true, role: true, patientId: true },
  });
  return { kind: 'person', id, name: displayName, role, patientId };
}

/** Every page that links lead to, with its markup; of records two of a kind. */
async function pagesOf(context: BrowserContext, start: string[]): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const seen = new Map<string, number>();
  const waiting = [...start];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const count = seen.get(kindOf(path)) ?? 0;
    if (pages.has(path) || count >= (kindOf(path).includes('ID') ? 2 : 1)) continue;
    if (/\.(pdf|zip|csv|json|ics)$/.test(path)) continue;
    seen.set(kindOf(path), count + 1);
    const response = await context.request.get(path);
    expect(response.status(), path).toBeLessThan(500);
    // A document is a download, and no page.
    if (!response.headers()['content-type']?.startsWith('text/html')) continue;
    const html = await response.text();
    pages.set(path, html);
    waiting.push(...linksOf(html));
  }
  return pages;
}

const starts = {
  patient: ['/home', '/disclosures', '/opt-outs', '/requests', '/demo/outbox'],
  staff: ['/staff', '/staff?standing=ended'],
  privacyOfficer: ['/officer', '/officer/audit', '/staff'],
} as const;
type Reader = keyof typeof starts;

test('script in any text that people, vendors or archives give runs on no page, for nobody', async ({
  browser,
  site,
  watched,
}) => {
  // Every page twice, for everybody.
  test.setTimeout(400_000);
  watched.expectComplaint('Failed to load resource');
  const contexts = new Map<Reader, BrowserContext>();
  for (const who of Object.keys(starts) as Reader[]) {
    const context = await browser.newContext({ baseURL: site.origin, locale: 'en-US' });
    watched.watch(context);
    contexts.set(who, context);
    const page = await context.newPage();
    await site.signIn(page, who);
    await page.close();
  }
  const dana = await personOf(site, 'staff');

  expect(await fillWith(site, script, foundBy)).toBeGreaterThan(50);
  const story = await tellStory(site.world);
  const turn = { requestId: story.untouched.id, actor: dana };
  await draftAnswer(site.world, { ...turn, expectedVersion: 1 }, { note: script });
  await sendAnswer(site.world, { ...turn, expectedVersion: 2 }, { note: script, elementsLookedFor: false });
  await site.outbox();
  await fillWith(site, script);

  let opened = 0;
  let shown = 0;
  // What staff and officers both see is the same page.
  const seenByStaff = new Set<string>();
  for (const [who, context] of contexts) {
    const ran: string[] = [];
    const page = await context.newPage();
    page.on('dialog', (dialog) => {
      ran.push(`${page.url()}: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url().includes('stored.png')) ran.push(`${page.url()}: ${request.url()}`);
    });
    for (const path of (await pagesOf(context, [...starts[who]])).keys()) {
      if (who === 'privacyOfficer' && seenByStaff.has(path)) continue;
      if (who === 'staff') seenByStaff.add(path);
      await page.goto(path);
      opened += 1;
      const found = await page.evaluate(() => ({
        text: document.body.innerText.includes('onerror=alert(1)'),
        foreign: document.querySelectorAll(
          'iframe, object, embed, img[onerror], svg[onload], script:not([nonce]):not([src^="/assets/"])',
        ).length,
        unsafe: [...document.querySelectorAll('[href], [action], [src], [formaction]')]
          .flatMap((element) =>
            ['href', 'action', 'src', 'formaction'].map((name) => element.getAttribute(name)),
          )
          .filter((value) => value !== null && /^\s*(javascript|vbscript|data:text)/i.test(value)),
      }));
      expect(found, path).toMatchObject({ foreign: 0, unsafe: [] });
      if (found.text) shown += 1;
    }
    expect(ran, `what ran for ${who}`).toEqual([]);
    await page.close();
  }
  expect(opened).toBeGreaterThan(20);
  // The text is there, as text.
  expect(shown).toBeGreaterThan(15);

  await fillWith(site, address);
  for (const [who, context] of contexts)
    for (const [path, html] of await pagesOf(context, [...starts[who]]))
      expect(html, `${who} ${path}`).not.toMatch(/\s(href|action|src|formaction)="\s*javascript:/i);
  for (const context of contexts.values()) await context.close();
});

test('every column of text is known: what somebody outside fills, or words of our own', async ({ site }) => {
  const ours =
    /hash|sealed|sha256|^(key|selector|credential_id|challenge|type|kind|actor_kind|actor_id|subject_kind|subject_id|locale|time_zone|assumed_time_zone|default_issuer|jurisdiction|slug|purpose|legal_basis|exclusion_reason|wording_version|wording_locale|reference|rule_id|ack_rule_id|breach_rule_id|group_id|group_kind|step|currency|calendar|event_code|path|html|media_type|idempotency_key|batch_key|stop_reason|study_uid|facility\.(issuer|timeZone)|export_check_item\.reason|answer_template\.body|answer_tally\.month|heartbeat\.name|vendor_label_value\.(field|code)|expiry_reminder\.subject|signing_key\.algorithm|source_sender\.fingerprint|setting_version\.name|request_draft\.place|request_response\.ground)$/;
  const { rows } = await site.world.database.pool.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema = 'public' and data_type in ('text', 'character varying') and table_name not like '\\_%'`,
  );
  const unknown = rows.filter(
    ({ table, column }) =>
      !written[table]?.includes(column) && !ours.test(column) && !ours.test(`${table}.${column}`),
  );
  expect(unknown.map(({ table, column }) => `${table}.${column}`)).toEqual([]);
});
