import {
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
import { StatusBadge } from '#app/components/status-badge.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { openFlags } from '#app/people/flags.server.ts';
import { representationBases, representationScopes } from '#app/people/representation-rules.ts';
import { candidatesFor, representationForStaff } from '#app/people/representations-reading.server.ts';
import { grantRepresentation } from '#app/people/representation-grants.server.ts';
import { endRepresentation, refuseRepresentation } from '#app/people/representations.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRepresentationOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { localDate } from '#app/words/dates.ts';
import { candidateView, decisionView, grantMistakes } from '../_parts/representation-view.server.ts';
import { Asked, Decide, EndIt } from '../_parts/representation-parts.tsx';

const text = z
  .string()
  .default('')
  .transform((text) => text.replaceAll('\r\n', '\n').trim())
  .pipe(z.string().max(1_000, 'errors.tooLong'));
const schema = z.strictObject({
  intent: z.enum(['grant', 'refuse', 'end'], 'errors.formUnreadable'),
  patient: z.uuid('errors.chooseRecord').optional(),
  basis: z.enum(representationBases, 'errors.choose').optional(),
  scope: z.enum(representationScopes, 'errors.choose').optional(),
  startsOn: z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date').default(''),
  endsOn: z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date').default(''),
  reason: text,
  paper: text,
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'representatives.decide');
  requireFreshFactor(args, visit);
  const { world, person, locale, now } = visit;
  const id = rowId(args.params.id);
  const { timeZone } = await theFacility(world.db);
  const today = localDate(now, timeZone);
  const one = await representationForStaff(world.db, id, today);
  if (!one) throw notFound();
  await requireRepresentationOpen(args, visit, id);
  const candidates = one.standing === 'asked' ? await candidatesFor(world.db, one.typed) : [];
  // Whoever sees a record's facts has looked at it, also when it was not the one.
  for (const patientId of one.patientId ? [one.patientId] : candidates.map(({ record }) => record.id)) {
    await recordRead(world, {
      type: 'records.read',
      actor: person,
      subject: { kind: 'patient', id: patientId },
      patientId,
    });
  }
  const flags = await Promise.all(candidates.map(({ record }) => openFlags(world.db, record.id)));
  return {
    one: decisionView(one, { locale, timeZone }),
    candidates: candidates.map((candidate, at) =>
      candidateView(candidate, flags[at] ?? [], { locale, one, today }),
    ),
    today,
    done: new URL(args.request.url).searchParams.get('done') === 'ended',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'representatives.decide');
  requireFreshFactor(args, visit);
  const { world, person: actor, now } = visit;
  const representationId = rowId(args.params.id);
  await requireRepresentationOpen(args, visit, representationId);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, patient, basis, scope, startsOn, endsOn, reason: why, paper } = form.value;
  const typed = Object.fromEntries(
    Object.entries(form.value).map(([name, value]) => [name, value === undefined ? [] : [value]]),
  );
  if (intent === 'grant') {
    if (!patient) return oneMistake('patient', 'errors.chooseRecord', { typed });
    if (!basis) return oneMistake('basis', 'errors.choose', { typed });
    if (!scope) return oneMistake('scope', 'errors.choose', { typed });
    const { timeZone } = await theFacility(world.db);
    const grant = { basis, scope, startsOn: startsOn || localDate(now, timeZone), endsOn: endsOn || null };
    const granted = await grantRepresentation(world, {
      actor,
      representationId,
      patientId: patient,
      grant,
      words: { reason: why || null, paperSeen: paper || null },
    });
    if (granted.ok) return redirect('/staff/representatives?done=decided');
    if (granted.refusal === 'notFound') throw notFound();
    const { field, message } = grantMistakes[granted.refusal];
    return oneMistake(field, message, { typed, status: 409 });
  }
  if (!why) return oneMistake(intent === 'refuse' ? 'refusal' : 'reason', 'errors.reason', { typed });
  const moved =
    intent === 'refuse'
      ? await refuseRepresentation(world, { actor, representationId, reason: why })
      : await endRepresentation(world, { actor, representationId, reason: why, by: 'facility' });
  if (moved.ok)
    return redirect(
      intent === 'refuse'
        ? '/staff/representatives?done=decided'
        : `/staff/representatives/${representationId}?done=ended`,
    );
  if (moved.refusal === 'notFound') throw notFound();
  return oneMistake('', 'errors.representationMoved', { typed, status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'records.decide.title', { values: { name: args.data?.one.representative ?? '' } });

export default function DecideRepresentation() {
  const words = useWords();
  const { one, candidates, today, done } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && !mistakes.any ? words('records.done.ended') : null} />
        <PageHeader
          back={{ to: '/staff/representatives', label: words('records.queue.title') }}
          title={words('records.decide.heading', { name: one.representative, patient: one.patient })}
          status={<StatusBadge tone={one.tone}>{one.standingInWords}</StatusBadge>}
        />
      </div>
      <Asked one={one} />
      {one.standing === 'asked' && (
        <Decide one={one} candidates={candidates} today={today} mistakes={mistakes} />
      )}
      {one.standing === 'counts' && <EndIt mistakes={mistakes} />}
    </div>
  );
}
