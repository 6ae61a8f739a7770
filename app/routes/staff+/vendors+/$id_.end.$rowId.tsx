import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { endAgreement } from '#app/vendors/agreements.server.ts';
import { inPlainSight } from '#app/vendors/look-alike.ts';
import { endEndpoint, ownEndpoints, registeredVendor } from '#app/vendors/register.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId, type Visit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { reasonField } from '../_parts/reason.ts';
import { EndForm } from '../_parts/vendor-parts.tsx';

const schema = z.strictObject({ on: z.iso.date('errors.date'), reason: reasonField });

type Door = Pick<LoaderFunctionArgs, 'params'>;

/** The endpoint or agreement that is ended: one of this owner. */
async function endedOf({ params }: Door, { world, locale }: Visit) {
  const id = rowId(params.rowId);
  const isOwn = params.id === 'own';
  const vendor = isOwn ? null : await registeredVendor(world.db, rowId(params.id));
  if (!isOwn && !vendor) throw notFound();
  const owner = {
    id,
    at: `/staff/vendors/${vendor?.id ?? 'own'}`,
    name: vendor?.name ?? wordsFor(locale)('vendors.own.title'),
  };
  const endpoints = vendor?.endpoints ?? (await ownEndpoints(world.db));
  const endpoint = endpoints.find((one) => one.id === id);
  if (endpoint) return { ...owner, what: 'endpoint' as const, called: inPlainSight(endpoint.value) };
  const agreement = vendor?.agreements.find((one) => one.id === id);
  if (agreement) return { ...owner, what: 'agreement' as const, called: agreement.reference };
  throw notFound();
}

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { at, name, what, called } = await endedOf(args, visit);
  return { at, name, what, called };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { world, person: actor } = visit;
  const { id, at, what } = await endedOf(args, visit);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { on, reason } = form.value;
  const { timeZone } = await theFacility(world.db);
  const ended =
    what === 'endpoint'
      ? await endEndpoint(world, { id, at: startOfLocalDate(on, timeZone), reason, actor })
      : await endAgreement(world, { id, on, reason, actor });
  if (ended.ok) return redirect(`${at}?done=ended`);
  if (ended.refusal === 'gone') throw notFound();
  const typed = { on: [on], reason: [reason] };
  return oneMistake('on', `errors.vendor.${ended.refusal}`, { typed });
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'vendors.endOf', { values: { name: args.data?.called ?? '' } });

export default function End() {
  const words = useWords();
  const { at, name, what, called } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: at, label: name }}
        title={<span className="wrap-anywhere">{words('vendors.endOf', { name: called })}</span>}
        lead={words(`vendors.endLead.${what}`)}
      />
      <EndForm mistakes={mistakes} />
    </div>
  );
}
