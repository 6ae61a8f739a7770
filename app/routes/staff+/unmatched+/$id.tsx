import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { tryGroupAgain } from '#app/disclosures/matching-again.server.ts';
import { decideGroup, previewDecision, type Choice } from '#app/disclosures/matching-decide.server.ts';
import { earliestEventIn, waitingGroupById } from '#app/disclosures/matching-queue.server.ts';
import { decisionKinds, decisionsOf, mayBeTriedAgain, mayDecide } from '#app/disclosures/matching.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDateAt, startOfLocalDate } from '#app/facility/local-date.ts';
import { can } from '#app/people/can.ts';
import { patientRecord } from '#app/people/patients.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, type Visit } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { CompareCards } from '../_parts/compare-cards.tsx';
import { reasonField } from '../_parts/reason.ts';
import { DecideForm, EffectForm, TryAgainForm } from '../_parts/unmatched-forms.tsx';
import {
  examplesOf,
  groupName,
  noteNumbersShown,
  numbersIn,
  receiverChoices,
} from '../_parts/unmatched-view.server.ts';

const line = z.string('errors.required').trim().max(200, 'errors.tooLong');
const decideSchema = z
  .strictObject({
    intent: z.enum(['show', 'decide'], 'errors.formUnreadable'),
    kind: z.enum(decisionKinds, 'errors.choose'),
    vendor: line,
    validFrom: line,
    number: line,
    issuer: line,
    reason: reasonField,
  })
  .superRefine(({ kind, vendor, validFrom, issuer }, context) => {
    const miss = (field: string, message: MessageId) =>
      context.addIssue({ code: 'custom', path: [field], message });
    const isEndpoint = kind === 'vendorEndpoint' || kind === 'ownEndpoint';
    if (kind === 'vendorEndpoint' && !z.uuid().safeParse(vendor).success) miss('vendor', 'errors.choose');
    if (isEndpoint && !z.iso.date().safeParse(validFrom).success) miss('validFrom', 'errors.date');
    if (kind === 'sourceIssuer' && !issuer) miss('issuer', 'errors.required');
  });
type Fields = z.infer<typeof decideSchema>;
const schema = z.discriminatedUnion(
  'intent',
  [decideSchema, z.strictObject({ intent: z.literal('tryAgain') })],
  'errors.formUnreadable',
);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'matching.see');
  const { world, person, locale } = visit;
  const group = await waitingGroupById(world.db, groupIdIn(args.params.id));
  if (!group) throw notFound();
  const words = wordsFor(locale);
  const { timeZone, issuer } = await theFacility(world.db);
  const isReceiver = group.kind.startsWith('recipient');
  const [examples, first, receivers] = await Promise.all([
    examplesOf(world, group, { words, locale, timeZone }),
    earliestEventIn(world.db, group.id),
    isReceiver ? receiverChoices(world.db, group.key, words) : { vendors: [], candidates: [] },
  ]);
  const numbers = [...numbersIn(group.key), ...examples.flatMap((example) => example.numbers)];
  await noteNumbersShown(visit, numbers);
  return {
    name: groupName(words, group.key),
    kind: group.kind,
    count: group.count,
    examples: examples.map(({ id, title, rows }) => ({ id, title, rows })),
    ...receivers,
    choices: decisionsOf[group.kind].filter((choice) => mayDecide(person.role, choice)),
    mayTryAgain: can(person.role, 'matching.decide') && mayBeTriedAgain(group),
    // The day from which it settles all that waits.
    validFrom: localDateAt(first ?? group.oldest, timeZone),
    issuer,
  };
}

function groupIdIn(value: string | undefined): string {
  if (!/^[0-9a-f]{64}$/.test(value ?? '')) throw notFound();
  return value!;
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'matching.decide');
  const { world, person, locale } = visit;
  const groupId = groupIdIn(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const fields = form.value;
  if (fields.intent === 'tryAgain') {
    const tried = await tryGroupAgain(world, { actor: person, groupId });
    return tried.ok
      ? redirect('/staff/unmatched?done=triedAgain')
      : oneMistake('', `matching.refusal.${tried.refusal}`, { status: 409 });
  }
  const typed = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
  const choice = await choiceOf(visit, fields);
  if ('mistake' in choice) return oneMistake(choice.field, choice.mistake, { typed });
  if (choice.kind === 'patientIdentifier') await requireRecordOpen(args, visit, choice.patientId, 'work');
  const decision = { actor: person, groupId, choice, reason: fields.reason };
  const answer =
    fields.intent === 'show' ? await previewDecision(world, decision) : await decideGroup(world, decision);
  if (!answer.ok) return oneMistake('', `matching.refusal.${answer.refusal}`, { typed, status: 409 });
  if (!('effect' in answer)) return redirect('/staff/unmatched?done=decided');
  const cards =
    choice.kind === 'patientIdentifier' ? await cardsOf(visit, groupId, choice.patientId, locale) : [];
  return data({ mistakes: { errors: {}, typed }, shown: { ...answer.effect, fields, cards } });
}

async function choiceOf(
  { world }: Visit,
  fields: Fields,
): Promise<Choice | { field: string; mistake: MessageId }> {
  const { timeZone, issuer } = await theFacility(world.db);
  switch (fields.kind) {
    case 'vendorEndpoint':
    case 'ownEndpoint': {
      const validFrom = startOfLocalDate(fields.validFrom, timeZone);
      return fields.kind === 'ownEndpoint'
        ? { kind: 'ownEndpoint', validFrom }
        : { kind: 'vendorEndpoint', vendorId: fields.vendor, validFrom };
    }
    case 'patientIdentifier': {
      const row = await world.db.patientIdentifier.findUnique({
        where: { issuer_value: { issuer, value: fields.number } },
        select: { patientId: true },
      });
      return row
        ? { kind: 'patientIdentifier', patientId: row.patientId }
        : { field: 'number', mistake: 'matching.refusal.noSuchPatient' };
    }
    case 'sourceIssuer':
      return { kind: 'sourceIssuer', issuer: fields.issuer };
    case 'setAside':
    case 'askSender':
      return { kind: fields.kind };
  }
}

/** What was sent and our record, side by side: a person compares before the number is given. */
async function cardsOf(
  { world, person }: Visit,
  groupId: string,
  patientId: string,
  locale: Visit['locale'],
) {
  const words = wordsFor(locale);
  const [group, record, { timeZone }] = await Promise.all([
    waitingGroupById(world.db, groupId),
    patientRecord(world.db, patientId),
    theFacility(world.db),
  ]);
  if (!group || !record) return [];
  await recordRead(world, {
    type: 'records.read',
    actor: person,
    subject: { kind: 'patient', id: patientId },
    patientId,
  });
  const [example] = await examplesOf(world, group, { words, locale, timeZone });
  const [family = '', given = ''] = (example?.name ?? '').split('^');
  return [
    {
      id: 'sent',
      title: words('matching.sent'),
      rows: [
        { term: words('matching.field.name'), value: `${given} ${family}`.trim() },
        ...(example?.bornOn ? [{ term: words('records.field.bornOn'), value: example.bornOn }] : []),
        {
          term: words('matching.key.number'),
          value: [group.key.number ?? '', group.key.issuer ?? ''].flat().join(' '),
        },
      ],
    },
    {
      id: 'record',
      title: words('matching.record'),
      rows: [
        { term: words('matching.field.name'), value: `${record.givenName} ${record.familyName}` },
        ...(example?.bornOn ? [{ term: words('records.field.bornOn'), value: record.bornOn }] : []),
        {
          term: words('matching.key.number'),
          value: record.identifiers.map(({ issuer, value }) => `${value} ${issuer}`).join(', '),
        },
      ],
    },
  ];
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'matching.title');

export default function UnmatchedGroup() {
  const words = useWords();
  const group = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer);
  const shown = answer && 'shown' in answer ? answer.shown : null;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/staff/unmatched', label: words('matching.backToGroups') }}
          title={group.name}
          lead={`${words(`matching.kind.${group.kind}`)}. ${words('matching.count', { count: group.count })}.`}
        />
      </div>
      {shown && (
        <section className="stack" aria-labelledby="effect">
          <h2 id="effect">{words('matching.effect')}</h2>
          {shown.cards.length > 0 && <CompareCards cards={shown.cards} />}
          <EffectForm effect={shown} />
        </section>
      )}
      {group.candidates.length > 0 && (
        <section className="stack" aria-labelledby="candidates">
          <h2 id="candidates">{words('matching.candidates')}</h2>
          <ol className="grid list-decimal gap-2 ps-5">
            {group.candidates.map(({ id, text }) => (
              <li key={id}>{text}</li>
            ))}
          </ol>
        </section>
      )}
      {group.choices.length > 0 && <DecideForm group={group} mistakes={mistakes} />}
      {group.mayTryAgain && <TryAgainForm />}
      <section className="stack" aria-labelledby="evidence">
        <h2 id="evidence">{words('matching.evidence')}</h2>
        {group.examples.map((example) => (
          <section key={example.id} className="stack">
            <h3>{example.title}</h3>
            <SummaryList rows={example.rows} />
          </section>
        ))}
      </section>
    </div>
  );
}
