import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerFor, type ItemAnswer } from '#app/optouts/answering.ts';
import { answersAsOf } from '#app/optouts/as-of.server.ts';
import { readAskedAbout } from '#app/optouts/asked-records.server.ts';
import type { CheckAnswer } from '#app/optouts/checks.server.ts';
import { recordsIn } from '#app/optouts/cohort-rows.ts';
import type { OptOutRecord } from '#app/optouts/decide.ts';
import { optOutRecordsOf } from '#app/optouts/optouts.server.ts';
import { codeOf, optOutPurposes } from '#app/optouts/purposes.ts';
import { exportRulesOverTime } from '#app/optouts/rules.server.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { anyChoices, people, writeChoices, type AnyChoices } from '#tests/support/any-choices.ts';
import { decideByConsents } from '#tests/support/consent-reader.ts';
import { matches, type Bundle } from '#tests/support/fhir.ts';
import { rowsOfList } from '#tests/support/list-statement.ts';
import { addPatients } from '#tests/support/many-patients.ts';
import { asMachine, startSite, type Site } from '#tests/support/site.ts';
import { somebody } from '#tests/support/world.ts';

// Whoever asks, by whichever door, is told one and the same: `decideExport` of the same records.

let site: Site;
let like: Awaited<ReturnType<typeof addPatients>>;
let ids: string[];
let key: string;
const vendorIds = { umbra: '', kestrel: '' };

beforeAll(async () => {
  site = await startSite();
  like = await addPatients(site, people.length);
  const { db } = site.world;
  const known = await db.patientIdentifier.findMany({
    where: { value: { in: people.map((one) => one.number) } },
  });
  ids = people.map(({ number }) => known.find(({ value }) => value === number)?.patientId ?? '');
  for (const slug of ['umbra', 'kestrel'] as const)
    vendorIds[slug] = (await db.vendor.findUniqueOrThrow({ where: { slug } })).id;
  const now = site.clock.now();
  ({ key } = await createMachineClient(db, {
    ...{ name: 'every door', scopes: ['checks:read', 'fhir:read'], actor: somebody, now },
  }));
});
afterAll(() => site.stop());

/** What would move the end of what stands in front of a row of a list, or add a record to it, if it stood there as it is. */
const hostileStudies = [
  '2.25.1,',
  '"2.25.1',
  '2.25.1\n',
  '2.25.1!2.25.3',
  '~2.25.1',
  '|x|2.25.1',
  '","2.25.1',
];
const studies = ['', '2.25.1', '2.25.3'];
const inList = [...studies, 'no study', ...hostileStudies];
const rowOf = (number: string, study: string) =>
  `${number},RIVERBEND,${/[",\n]/.test(study) ? `"${study.replaceAll('"', '""')}"` : study}\n`;

const said = {
  ...{ act: 'denied', purposes: ['aiTraining'], vendors: null, studyUids: null, coversDeidentified: true },
  ...{ from: -1, to: null, asked: 'itself', earlier: 0, replaces: false, givenWith: [] },
} satisfies Partial<AnyChoices['records'][number]>;
/** However the rest falls out: a “no”, a “yes” and silence, where silence permits and where it does not. */
const everyReason = ([[], ['aiTraining']] as const).map((permission): [AnyChoices, 'aiTraining', boolean] => [
  {
    records: [
      { ...said, of: 0 },
      { ...said, of: 1, act: 'permitted' },
    ],
    joins: [],
    permission: [...permission],
  },
  'aiTraining',
  true,
]);

interface Question {
  purpose: string;
  identifiable: boolean;
}

const bearer = () => ({ headers: { Authorization: `Bearer ${key}` } });

async function byCheck({ purpose, identifiable }: Question) {
  const items = people.flatMap(({ number }) =>
    studies.map((study) => ({
      patientId: number,
      issuer: 'RIVERBEND',
      ...(study ? { studyUid: study } : {}),
    })),
  );
  const answer = await site.ask(
    '/api/v1/checks',
    asMachine(JSON.stringify({ purpose, recipient: 'umbra', identifiable, items }), { key }),
  );
  expect(answer.status, answer.text).toBe(200);
  const { results } = answer.json() as CheckAnswer;
  return (place: number, study: string) => results[place * studies.length + studies.indexOf(study)];
}

async function byWord({ purpose }: Question, number: string, study: string) {
  const about = new URLSearchParams({ patientId: number, issuer: 'RIVERBEND', purpose, recipient: 'umbra' });
  return (await site.ask(`/api/v1/checks/study/${study}?${about}`, bearer())).text;
}

async function byList({ purpose, identifiable }: Question) {
  const rows = people.flatMap(({ number }) => inList.map((study) => rowOf(number, study)));
  const answer = await site.ask(
    `/api/v1/cohorts/filter?purpose=${purpose}&recipient=umbra&identifiable=${identifiable}`,
    asMachine(`patient_id,issuer,study_uid\n${rows.join('')}`, { key, type: 'text/csv' }),
  );
  expect(answer.status, answer.text).toBe(200);
  return answer.text;
}

async function byFhir(number: string) {
  const answer = await site.ask(
    `/fhir/r4/Consent?status=active&_count=200&patient.identifier=RIVERBEND|${number}`,
    bearer(),
  );
  expect(answer.status, answer.text).toBe(200);
  return matches(answer.json() as Bundle);
}

/** What decides, in one form, whichever statement read it. */
const facts = (records: readonly OptOutRecord[] | undefined) =>
  (records ?? []).map((one) => ({
    ...{ id: one.id, sequence: one.sequence, act: one.act, purposes: one.purposes, vendors: one.vendors },
    ...{ studies: one.studies, coversDeidentified: one.coversDeidentified, supersedesId: one.supersedesId },
    ...{ effectiveFrom: one.effectiveFrom, expiresAt: one.expiresAt, recordedAt: one.recordedAt },
  }));

/** A list short and long, with and without spaces: each is read by a statement of its own. */
const lists = [1, 1_000_000].flatMap((count) => [true, false].map((hasSpaces) => ({ count, hasSpaces })));

/** The records of these people as the statement of such a list writes them. */
async function recordsOfList(list: (typeof lists)[number]): Promise<(OptOutRecord[] | undefined)[]> {
  const numbers = people.map(({ number }) => number);
  const rows = await rowsOfList(site.databaseUrl, numbers, list);
  return numbers.map((number) => {
    const [said = null] = rows.find(([, value]) => value === number) ?? [];
    return said === null ? [] : recordsIn(said)?.records;
  });
}

describe('one and the same decision', () => {
  it.each([
    ['spaces, which DICOM pads with', ' B1 ', 'permit'],
    ['a space that does not break', '\u00a0B1', 'deny'],
    ['a wide space', 'B1\u3000', 'deny'],
    ['a mark of byte order', '\ufeffB1', 'deny'],
    ['a wildcard', 'B%', 'deny'],
    ['small letters', 'b1', 'deny'],
  ])('about a number with %s', async (_, patientId, expected) => {
    const check = await site.ask(
      '/api/v1/checks',
      asMachine(
        JSON.stringify({
          ...{ purpose: 'MLTRAINING', recipient: 'umbra', items: [{ patientId, issuer: 'RIVERBEND' }] },
        }),
        { key },
      ),
    );
    const [one] = (check.json() as CheckAnswer).results;
    const about = new URLSearchParams({
      ...{ patientId, issuer: 'RIVERBEND', purpose: 'MLTRAINING', recipient: 'umbra' },
    });
    const word = await site.ask(`/api/v1/checks/study/2.25.1?${about}`, bearer());
    const row = `${patientId},RIVERBEND`;
    const list = await site.ask(
      '/api/v1/cohorts/filter?purpose=MLTRAINING&recipient=umbra',
      asMachine(`patient_id,issuer\n${row}\n`, { key, type: 'text/csv' }),
    );
    expect([one?.decision, word.text.split(/\s/)[0], list.text.includes(row) ? 'permit' : 'deny']).toEqual([
      expected,
      expected,
      expected,
    ]);
  });

  it('comes out of the page, the check, the word for one study, the list, FHIR and each statement that reads records', async () => {
    const { world, clock } = site;
    const { db } = world;
    const now = clock.now();
    const seen = new Set<string>();
    let times = 0;
    await fc.assert(
      fc.asyncProperty(
        anyChoices,
        fc.constantFrom(...optOutPurposes),
        fc.boolean(),
        async (choices, purpose, identifiable) => {
          const place = { world, databaseUrl: site.databaseUrl, now, ids, vendorIds, like, times: times++ };
          const { hasRing } = await writeChoices(place, choices);
          const question = { purpose: codeOf[purpose], identifiable };
          const records = await optOutRecordsOf(db, ids);
          const rules = await exportRulesOverTime(db);
          const expected = (at: number, study: string): ItemAnswer =>
            answerFor(records.get(ids[at] ?? '') ?? [], {
              ...{ ...question, vendorId: vendorIds.umbra, studyUid: /^[0-9.]+$/.test(study) ? study : null },
              ...{ at: null, now, rules, isHeld: false },
            });

          if (!hasRing) {
            const read = await readAskedAbout(world.database.pool, {
              recipients: [],
              patients: people.map(({ number }) => ({ issuer: 'RIVERBEND', value: number })),
            });
            const listed = await Promise.all(lists.map(recordsOfList));
            for (const { place: at } of people) {
              const kept = facts(records.get(ids[at] ?? ''));
              expect(facts(read.patients[at]?.records)).toEqual(kept);
              for (const list of listed) expect(facts(list[at])).toEqual(kept);
            }
          }
          const checked = await byCheck(question);
          const passed = people.flatMap(({ number, place: at }) =>
            inList.flatMap((study) =>
              expected(at, study).decision === 'permit' ? rowOf(number, study) : [],
            ),
          );
          expect(await byList(question)).toBe(`patient_id,issuer,study_uid\n${passed.join('')}`);
          for (const { number, place: at } of people) {
            const consents = hasRing ? null : await byFhir(number);
            for (const study of studies) {
              const answer = expected(at, study);
              const { decision, reason } = answer;
              seen.add(reason);
              const recordId = 'recordId' in answer ? { recordId: answer.recordId } : {};
              const { patientId: _p, issuer: _i, studyUid: _s, ...told } = checked(at, study) ?? {};
              expect(told).toEqual({ decision, reason, ...recordId });
              const asked = { ...question, vendorId: vendorIds.umbra, studyUid: study || null };
              const page = await answersAsOf(db, ids[at] ?? '', asked, { at: now, knownAt: now });
              expect([page.then.answer, page.later.answer]).toEqual([answer, answer]);
              if (study && identifiable)
                expect(await byWord(question, number, study)).toBe(
                  decision === 'permit'
                    ? 'permit\n'
                    : `deny ${reason === 'notPermitted' ? 'decided' : reason}\n`,
                );
              if (!consents) continue;
              const { says, ids: by } = decideByConsents(consents, {
                ...{ ...question, organization: 'umbra', studyUid: study || null, now },
              });
              const silence = choices.permission.includes(purpose) ? 'deny' : 'permit';
              const isYes = says === 'permit';
              expect(
                isYes || says === 'none' ? (silence === 'deny' && isYes ? 'permit' : silence) : 'deny',
              ).toBe(decision);
              if ('recordId' in answer) expect(by).toContain(answer.recordId);
            }
          }
        },
      ),
      { numRuns: 10, examples: [...everyReason] },
    );
    expect([...seen].sort()).toEqual(['noOptOut', 'notPermitted', 'optedOut', 'permitted']);
  }, 240_000);
});
