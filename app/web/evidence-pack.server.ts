import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { chainProof } from '#app/audit/chain-proof.server.ts';
import { trailOfRequest } from '#app/audit/audit.server.ts';
import { clockRule, isRuleId } from '#app/clocks/rules.ts';
import { accountingPdf } from '#app/disclosures/accounting-pdf.server.ts';
import { deliveryOf } from '#app/notices/delivery.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { attachmentsOf, readAttachment } from '#app/requests/attachments.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { readClock } from '#app/requests/request-clock.ts';
import { localDate } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { verifyScript } from './evidence-pack-script.ts';
import type { Visit } from './guard.server.ts';
import { clockView } from './present-clock.server.ts';
import { requestJson } from './request-json.server.ts';
import { pageOfRequest } from './request-page.server.ts';
import { filePdf } from './request-papers.server.ts';

/**
 * All that shows how one request was handled, for a regulator or a court: what was asked and answered as its patient reads it, the rule and
 * version it was counted by, each notice and its delivery, the letters and files, and the audit events with the stretch of the chain that
 * they stand in. `manifest.json` holds the SHA-256 of each other file; `verify.mjs` checks them, and the chain, without Plainview.
 * Internal notes are not in it.
 *
 * A ZIP, made while it is sent: one file at a time is held in memory.
 */
export function evidencePack(visit: Visit, request: RequestDetail): Readable {
  const zip = new ZipFile();
  const sent = new PassThrough();
  zip.outputStream.pipe(sent);
  // A pack that broke off is no ZIP: whoever unpacks it is told.
  void fill(zip, visit, request).catch((error: unknown) => sent.destroy(asError(error)));
  return sent;
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

async function fill(zip: ZipFile, visit: Visit, request: RequestDetail): Promise<void> {
  const { world, locale, now } = visit;
  const words = wordsFor(locale);
  const manifest: { name: string; bytes: number; sha256: string }[] = [];
  const add = (name: string, content: string | Uint8Array) => {
    const bytes = Buffer.from(content);
    manifest.push({ name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    zip.addBuffer(bytes, name, { mtime: now });
  };
  const addJson = (name: string, value: unknown) => add(name, `${JSON.stringify(value, inJson, 2)}\n`);
  const reader = { ...visit, patientId: request.patientId };

  add('README.txt', words('pack.readme', { reference: request.reference, at: now.toISOString() }));
  add('verify.mjs', verifyScript);
  const page = await pageOfRequest(reader, { request, sees: true });
  add('request.pdf', await filePdf(page, { locale, now }));
  addJson('request.json', await requestJson(reader, request));
  addJson('clock.json', clockFacts(request, visit));
  addJson('notices.json', await deliveryOf(world.db, request.id));
  const answer = await readAnswer(world, request.id, 'sent');
  if (answer?.accounting)
    add('letters/accounting.pdf', await accountingPdf(answer.accounting, { locale, note: answer.note }));
  const files = await attachmentsOf(world.db, request.id, 'patient');
  for (const [index, { id }] of files.entries()) {
    const document = await readAttachment(world, {
      id,
      requestId: request.id,
      reader: 'patient',
      actor: visit.person,
    });
    if (document) add(`files/${numbered(index, document.fileName)}`, document.bytes);
  }
  addJson(
    'files.json',
    files.map((file, index) => ({ ...file, inPack: `files/${numbered(index, file.fileName)}` })),
  );
  await addAudit(visit, request.id, add, addJson);
  addJson('manifest.json', {
    reference: request.reference,
    madeAt: now,
    madeBy: visit.person.name,
    files: [...manifest],
  });
  zip.end();
}

async function addAudit(
  { world }: Visit,
  requestId: string,
  add: (name: string, content: string) => void,
  addJson: (name: string, value: unknown) => void,
): Promise<void> {
  addJson('audit/trail.json', await trailOfRequest(world.db, requestId));
  const proof = await chainProof(world.db, requestId, world.checkpointFile);
  add('audit/events.jsonl', jsonLines(proof.events));
  let links = '';
  for await (const page of proof.links) links += jsonLines(page);
  add('audit/links.jsonl', links);
  add('audit/checkpoints.jsonl', proof.checkpoints.map((line) => `${line}\n`).join(''));
}

const jsonLines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** BigInt places of the chain as text. */
const inJson = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

/** The rule of the request as it was filed under it, and how its date is worked out by it. */
function clockFacts(request: RequestDetail, { now, locale }: Visit) {
  const { ruleId, ruleVersion, promisedCount, timeZone, holidays, clockEvents, receivedAt } = request;
  const view = clockView(request, now, locale);
  const { count, state, rule } = readClock(request, now);
  return {
    rule: isRuleId(ruleId) ? clockRule(ruleId, ruleVersion) : ruleId,
    version: ruleVersion,
    promisedCount,
    timeZone,
    receivedOn: localDate(receivedAt, timeZone),
    // A time that nobody knows is none.
    receivedAt: request.receivedTimeKnown ? receivedAt : null,
    holidays,
    events: clockEvents,
    dueOn: count.effectiveDueDate,
    // Null: it ended without an answer.
    state,
    basis: rule.basis,
    citation: view.citation,
    working: view.working,
  };
}

/** A name that every system unpacks: its number, and of what somebody called it only plain letters. */
function numbered(index: number, fileName: string): string {
  const plain = fileName
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '_')
    .replace(/^[._]+|_+$/g, '')
    .slice(-80);
  return `${String(index + 1).padStart(2, '0')}-${plain || 'file'}`;
}
