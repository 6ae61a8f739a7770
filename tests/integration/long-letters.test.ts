import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { composeNotice, owedLetter } from '#app/mail/compose-notice.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { messagesOf } from '#app/requests/messages.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { wordsFor } from '#app/words/words.ts';
import { fileAccess } from '#tests/support/asked.ts';
import { textOfPdf } from '#tests/support/pdf-text.ts';
import { asForm, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, patientOf } from '#tests/support/world.ts';

// The longest letter that somebody can write, and what is longer. Staff write up to 20,000 characters, patients up to 10,000.

const longest = 20_000;
const tooLong = wordsFor('en')('errors.tooLong');
/** A letter of many lines, exactly as long as it may be; a line's end counts as one character. */
const letter = `${'A line of the letter, no more.\n'.repeat(640)}And its last words`.padEnd(longest, '.');
const asBrowsersSendIt = letter.replaceAll('\n', '\r\n');
// No letter repeated: to look for such a text takes hours.
const megabyte = Array.from({ length: 100_000 }, (_, at) => `${at}`.padStart(10, '.')).join('');

let site: Site;
let ines: Person & { patientId: string };
let staff: string;
let officer: string;
let patient: string;

beforeAll(async () => {
  site = await startSite();
  ines = await patientOf(site.world, 'RB000417');
  staff = await signIn(site, castMember('staff'));
  officer = await signIn(site, castMember('privacyOfficer'));
  patient = await signIn(site, castMember({ mrn: 'RB000417' }));
});
afterAll(() => site.stop());

const file = () => fileAccess(site.world, ines);
const version = async (id: string) => (await findRequest(site.world.db, id, null))!.version;
const act = async (id: string, fields: [string, string][], cookie = staff) =>
  site.ask(`/staff/requests/${id}`, {
    ...asForm({}, cookie),
    body: new URLSearchParams([['version', `${await version(id)}`], ...fields]).toString(),
  });
const key = (): [string, string] => ['submissionKey', crypto.randomUUID()];
const see = (path: string, cookie = staff) => site.ask(path, { headers: { Cookie: cookie } });
const written = (note: string): [string, string][] => [
  ['intent', 'letter'],
  ['outcome', 'granted'],
  ['note', note],
  ...(kindDefinition('access').mustContain.granted ?? []).map(({ id }): [string, string] => ['contains', id]),
];

describe('words of 1 MB', () => {
  it.each<[string, [string, string][]]>([
    ['the draft of an answer', written(megabyte)],
    ['a message', [['intent', 'message'], ['message', megabyte], key()]],
    ['a note', [['intent', 'remark'], ['remark', megabyte], key()]],
    [
      'the reasons of an extension',
      [
        ['intent', 'extend'],
        ['newDueOn', '2027-01-10'],
        ['extendReason', megabyte],
      ],
    ],
    [
      'what a cost is made of',
      [
        ['intent', 'tellFee'],
        ['feeAmount', '5'],
        ['feeBasis', megabyte],
      ],
    ],
  ])('are refused as %s, in words, and change nothing', async (_, fields) => {
    const id = await file();
    const refused = await act(id, fields, officer);
    expect(refused.status).toBe(400);
    expect(refused.text.includes(tooLong)).toBe(true);
    // What was typed is there to be made shorter.
    expect(refused.text.includes(megabyte)).toBe(true);
    expect(refused.bytes.length).toBeLessThan(4_000_000);
    expect(await findRequest(site.world.db, id, null)).toMatchObject({ version: 1, status: 'submitted' });
    expect(await messagesOf(site.world, id, 'staff')).toEqual([]);
  });

  it('are refused as a message of a patient', async () => {
    const id = await file();
    const said = { move: 'message', text: megabyte, submissionKey: crypto.randomUUID() };
    const refused = await site.ask(`/requests/${id}`, asForm(said, patient));
    expect(refused.status).toBe(400);
    expect(refused.text.includes(tooLong)).toBe(true);
    expect(await messagesOf(site.world, id, 'staff')).toEqual([]);
  });
});

describe('the longest letter', () => {
  it('is one character too long, and comes back as it was typed', async () => {
    const id = await file();
    const refused = await act(id, written(`${letter}!`));
    expect(refused.status).toBe(400);
    expect(refused.text.includes(tooLong)).toBe(true);
    expect(refused.text.includes('And its last words')).toBe(true);
    expect(await version(id)).toBe(1);
  });

  it('is drafted, looked at, sent, read, printed and told of, each in its time', async () => {
    expect(letter).toHaveLength(longest);
    const id = await file();
    const inTime = async <Done>(work: () => Promise<Done>): Promise<Done> => {
      const began = performance.now();
      const done = await work();
      expect(performance.now() - began).toBeLessThan(30_000);
      return done;
    };
    expect((await inTime(() => act(id, written(asBrowsersSendIt)))).status).toBe(302);
    expect((await readAnswer(site.world, id, 'any'))?.note === letter).toBe(true);
    const message: [string, string][] = [['intent', 'message'], ['message', asBrowsersSendIt], key()];
    expect((await inTime(() => act(id, message))).status).toBe(302);
    const preview = await inTime(() => see(`/staff/requests/${id}`));
    expect(preview.text.includes('And its last words')).toBe(true);

    const sent = await inTime(() =>
      act(
        id,
        [
          ['intent', 'send'],
          ['reviewed', 'reviewed'],
        ],
        officer,
      ),
    );
    expect(sent.status).toBe(302);
    for (const path of [`/requests/${id}`, `/requests/${id}/file.json`])
      expect((await inTime(() => see(path, patient))).text.includes('And its last words'), path).toBe(true);
    for (const [path, cookie] of [
      [`/requests/${id}/file.pdf`, patient],
      [`/staff/requests/${id}/letter.pdf`, staff],
      [`/staff/requests/${id}/answer.pdf`, staff],
    ] as const) {
      const paper = await inTime(() => see(path, cookie));
      expect(paper.status, path).toBe(200);
      expect(paper.bytes.length).toBeLessThan(2_000_000);
      expect((await textOfPdf(paper.bytes)).includes('And its last words'), path).toBe(true);
    }
    const notices = await site.world.db.notice.findMany({ where: { requestId: id }, select: { id: true } });
    for (const { id: notice } of notices) {
      const { message: mail } = await composeNotice(site.world, await owedLetter(site.world.db, notice));
      expect(mail.text).not.toContain('last words');
      expect(mail.html.length).toBeLessThan(50_000);
    }
  });
});
