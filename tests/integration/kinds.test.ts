import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { jurisdictions, placeOf, type Jurisdiction } from '#app/clocks/jurisdictions.ts';
import { clockRule } from '#app/clocks/rules.ts';
import { facilitySettings, type FacilitySettings } from '#app/facility/facility.server.ts';
import { draftAnswer, readAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { askedForm, fieldSchemas, partForm } from '#app/requests/kinds/asked-form.ts';
import { groundsIn, kindDefinition, requestKinds, type RequestKind } from '#app/requests/kinds/registry.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { composeAnswer } from '#app/requests/letter.ts';
import { outcomeWords } from '#app/requests/letters.ts';
import { outcomes } from '#app/requests/moves.ts';
import { patientFile } from '#app/requests/patient-file.server.ts';
import { locales } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { answer, filledForm, wholeLetter } from '#tests/support/asked.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// What holds for every kind in the registry, also for one that is added tomorrow.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;
let amara: Person;
let facility: FacilitySettings;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  [ines, dana, amara] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
  const settings = await facilitySettings(fresh.world.db);
  if (!settings) throw new Error('the seed has a facility');
  facility = settings;
});
afterAll(() => fresh.drop());

const ownDetails: Partial<Record<RequestKind, () => unknown>> = {
  optOut: () => ({
    purposes: ['aiTraining'],
    vendors: 'all',
    studies: 'all',
    coversDeidentified: true,
    wordingVersion: optOutWordingVersion,
  }),
  accounting: () => ({ from: '2020-11-22', to: '2026-11-22' }),
};

async function file(kind: RequestKind): Promise<string> {
  const asked = askedForm(kind);
  const filled = filledForm(kind);
  const { details, statement } = asked
    ? partForm(
        asked.form,
        Object.fromEntries(
          Object.entries(fieldSchemas(asked.form)).map(([name, schema]) => [
            name,
            schema.parse(filled[name] === 'all' ? ['all'] : filled[name]),
          ]),
        ),
      )
    : {
        details:
          kind === 'optOutWithdrawal'
            ? { optOutId: await fileOptOut(fresh.world), wordingVersion: optOutWordingVersion }
            : ownDetails[kind]?.(),
        statement: {},
      };
  const filed = await submitRequest(fresh.world, {
    actor: ines,
    kind,
    details: kindDefinition(kind).details.parse(details),
    statement,
    locale: 'en',
    submissionKey: crypto.randomUUID(),
  });
  if (!filed.ok) throw new Error(`${kind}: ${filed.refusal}`);
  return filed.requestId;
}

async function eventsOf(requestId: string): Promise<string[]> {
  const events = await fresh.world.db.auditEvent.findMany({ where: { requestId }, select: { type: true } });
  return events.map(({ type }) => type);
}

const shape = (kind: RequestKind) => kindDefinition(kind).answer;

describe.each(requestKinds)('%s', (kind) => {
  it('is filed with a clock that the law or a promise sets, an event and a notice', async () => {
    const id = await file(kind);
    const row = await fresh.world.db.privacyRequest.findUniqueOrThrow({
      where: { id },
      select: {
        ruleId: true,
        receivedOn: true,
        dueOn: true,
        statementSealed: true,
        details: true,
        notices: { select: { kind: true, userId: true } },
      },
    });
    const definition = kindDefinition(kind);
    expect(row.ruleId).toBe(definition.rules.US);
    expect(row.dueOn.getTime()).toBeGreaterThan(row.receivedOn.getTime());
    expect(await eventsOf(id)).toContain('request.submitted');
    expect(row.notices).toEqual([{ kind: 'requestReceived', userId: ines.id }]);
    // What was written in free words is sealed, and comes back as it was written.
    expect(JSON.stringify([row.details, row.statementSealed])).not.toContain('My words');
    const words = askedForm(kind)?.form.filter(({ input }) => input === 'words' || input === 'line') ?? [];
    expect(
      Object.keys((await patientFile(fresh.world, id, { id: ines.id, sees: true })).statement).sort(),
    ).toEqual(words.map(({ name }) => name).sort());
  });

  it('is one file and one line: where it stands, what it is called in every language, and what the database allows follow', async () => {
    const definition = kindDefinition(kind);
    expect(definition.kind).toBe(kind);
    for (const locale of locales)
      for (const id of [
        definition.title,
        definition.lead,
        `requests.kind.${kind}`,
        `asking.group.${definition.group}`,
      ] as const)
        expect(wordsFor(locale)(id), id).not.toBe('');
    expect(definition.title).toBe(`requests.kind.${kind}`);
    const rows = await fresh.world.db.$queryRaw<{ kind: string }[]>`
      select enumlabel as kind from pg_enum where enumtypid = 'request_kind'::regtype`;
    expect(rows.map((row) => row.kind)).toContain(kind);
    expect(rows).toHaveLength(requestKinds.length);
  });

  it('rests on a citation where the law sets the date, everywhere', () => {
    for (const jurisdiction of jurisdictions) {
      const rule = clockRule(kindDefinition(kind).rules[jurisdiction]);
      if (rule.basis === 'law') expect(rule.citation, jurisdiction).toBeTruthy();
      else expect(rule.id, jurisdiction).toMatch(/^promise\./);
    }
  });

  it('says in both languages what it is, what it asks, and how it can end', () => {
    const { title, lead, grounds, outcomes: ends, mustContain } = kindDefinition(kind);
    const ids = [
      title,
      lead,
      ...(askedForm(kind)?.form.flatMap(({ label, options = [] }) => [
        label,
        ...options.map((option) => option.label),
      ]) ?? []),
      ...grounds.map(({ label }) => label),
      ...ends.map((outcome) => outcomeWords(kind, outcome)),
      ...outcomes.flatMap((outcome) => (mustContain[outcome] ?? []).map(({ label }) => label)),
    ];
    for (const locale of locales) for (const id of ids) expect(wordsFor(locale)(id), id).not.toBe(id);
  });

  it.runIf(shape(kind) !== 'letter')('is answered, and the answer can be read', async () => {
    const id = await file(kind);
    await answer(fresh.world, id, { letter: { note: 'A note.' }, drafter: dana, sender: dana });
    expect(await readAnswer(fresh.world, id, 'sent')).toMatchObject({ note: 'A note.' });
  });

  it.runIf(shape(kind) === 'letter').each(kindDefinition(kind).outcomes)(
    'is answered by a letter: %s, with all that it must contain, and not without',
    async (outcome) => {
      const id = await file(kind);
      const letter = wholeLetter(kind, outcome);
      for (const lacking of letter.contains ?? []) {
        const version = await versionOf(id);
        const turn = { requestId: id, actor: dana, expectedVersion: version };
        const contains = (letter.contains ?? []).filter((one) => one !== lacking);
        expect(await draftAnswer(fresh.world, turn, { ...letter, contains })).toEqual({ ok: true });
        const sending = { requestId: id, actor: amara, expectedVersion: version + 1 };
        expect(await sendAnswer(fresh.world, sending, { elementsLookedFor: true })).toEqual({
          ok: false,
          refusal: 'partsMissing',
        });
      }
      await answer(fresh.world, id, { letter, drafter: dana, sender: amara });
      const sent = await readAnswer(fresh.world, id, 'sent');
      expect(sent).toMatchObject({ outcome, note: letter.note, ground: letter.ground ?? null });
      const row = await fresh.world.db.privacyRequest.findUniqueOrThrow({
        where: { id },
        select: {
          status: true,
          resolution: true,
          notices: { select: { kind: true } },
        },
      });
      expect(row).toMatchObject({ status: 'responded', resolution: outcome });
      expect(await eventsOf(id)).toContain('request.responded');
      expect(row.notices.map(({ kind: notice }) => notice)).toContain('answerReady');
    },
  );

  it.runIf(kindDefinition(kind).outcomes.includes('denied'))(
    'a denial gives its ground, and tells what the law of the place makes it tell',
    () => {
      for (const jurisdiction of jurisdictions) {
        const grounds = groundsIn(jurisdiction, kindDefinition(kind).grounds);
        expect(grounds.length, jurisdiction).toBeGreaterThan(0);
        for (const { id, citation, reviewable } of grounds) {
          const [letter, part] = (['denied', 'grantedInPart'] as const).map((outcome) =>
            composeAnswer({ kind, jurisdiction, outcome, ground: id, note: 'Because.' }, facility, 'en'),
          );
          if (!letter || !part) throw new Error('two letters were written');
          // "In whole or in part": 45 CFR 164.524(d), 164.526(d).
          expect(part.statements).toEqual(letter.statements);
          expect(part.ground?.citation).toBe(letter.ground?.citation);
          expect(letter.ground).toMatchObject({ citation, reason: expect.any(String) });
          const told = letter.statements.join('\n');
          // The facility's contact, wherever it is.
          expect(told).toContain(facility.phone);
          for (const needed of neededOf(kind, jurisdiction, reviewable)) expect(told).toMatch(needed);
          // Nobody abroad is sent to a law of the United States, nor the other way round.
          const all = JSON.stringify(letter);
          expect(all).not.toMatch(placeOf(jurisdiction) === 'states' ? /GDPR|DPA 2018/ : /CFR|HHS|HIPAA/);
          if (jurisdiction === 'UK') expect(all).not.toMatch(/(?<!UK )GDPR/);
        }
      }
    },
  );
});

/** What a denial has to tell: 45 CFR 164.524(d)(2), 164.526(d)(1); GDPR Art. 12(4). */
function neededOf(kind: RequestKind, jurisdiction: Jurisdiction, reviewable: boolean): RegExp[] {
  if (jurisdiction === 'EU') return [/data protection authority/, /court/];
  if (jurisdiction === 'UK') return [/Information Commissioner/, /court/];
  const federal = [/Office for Civil Rights/, /180 days/];
  if (kind === 'amendment') return [...federal, /say that you disagree/, /add your request and this answer/];
  if (kind !== 'access') return federal;
  return [
    ...federal,
    reviewable ? /right to a second look.*164\.524\(a\)\(4\)/ : /no right to a second look/,
  ];
}

async function versionOf(id: string): Promise<number> {
  const { version } = await fresh.world.db.privacyRequest.findUniqueOrThrow({
    where: { id },
    select: { version: true },
  });
  return version;
}
