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
import { addAgreement } from '#app/vendors/agreements.server.ts';
import { addEndpoint, registeredVendor } from '#app/vendors/register.server.ts';
import { agreementKinds, endpointKinds, longestEndpoint, normalEndpoint } from '#app/vendors/register.ts';
import type { DoorArgs } from '#app/web/context.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId, type Visit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { reasonField } from '../_parts/reason.ts';
import { lineField } from '../_parts/vendor-fields.ts';
import { AddForm } from '../_parts/vendor-parts.tsx';

const validFrom = z.iso.date('errors.date');
const endpointSchema = z.strictObject({
  kind: z.enum(endpointKinds, 'errors.choose'),
  value: lineField(longestEndpoint),
  validFrom,
  reason: reasonField,
});
const agreementSchema = z.strictObject({
  kind: z.enum(agreementKinds, 'errors.choose'),
  value: lineField(300),
  validFrom,
  reason: reasonField,
});

type Door = Pick<LoaderFunctionArgs, 'params'>;

interface Place {
  what: 'endpoint' | 'agreement';
  /** Null: the facility. */
  vendorId: string | null;
  at: string;
  name: string;
}

/** What is added, and to whom; `own` is the facility, which has no agreement with itself. */
async function placeOf({ params }: Door, { world, locale }: Visit): Promise<Place> {
  const what = params.what === 'endpoint' || params.what === 'agreement' ? params.what : null;
  if (!what || (params.id === 'own' && what === 'agreement')) throw notFound();
  if (params.id === 'own')
    return { what, vendorId: null, at: '/staff/vendors/own', name: wordsFor(locale)('vendors.own.title') };
  const vendor = await registeredVendor(world.db, rowId(params.id));
  if (!vendor) throw notFound();
  return { what, vendorId: vendor.id, at: `/staff/vendors/${vendor.id}`, name: vendor.name };
}

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { what, at, name } = await placeOf(args, visit);
  return { what, at, name };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { what, vendorId, at } = await placeOf(args, visit);
  if (what === 'endpoint') return addedEndpoint(args, visit, { vendorId, at });
  const form = await readForm(args, { schema: agreementSchema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value: reference, ...agreement } = form.value;
  const added =
    vendorId !== null &&
    (await addAgreement(visit.world, { ...agreement, reference, vendorId, actor: visit.person }));
  if (!added || !added.ok) throw notFound();
  return redirect(`${at}?done=added`);
}

async function addedEndpoint(
  args: DoorArgs,
  { world, person: actor, locale }: Visit,
  { vendorId, at }: { vendorId: string | null; at: string },
) {
  const form = await readForm(args, { schema: endpointSchema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { kind, reason } = form.value;
  const typed = Object.fromEntries(Object.entries(form.value).map(([name, value]) => [name, [value]]));
  const value = normalEndpoint(kind, form.value.value);
  if (value === null) return oneMistake('value', `errors.endpoint.${kind}`, { typed });
  const { timeZone } = await theFacility(world.db);
  const from = startOfLocalDate(form.value.validFrom, timeZone);
  const added = await addEndpoint(world, { vendorId, kind, value, validFrom: from, reason, actor });
  if (added.ok) return redirect(`${at}?done=added`);
  if (added.refusal === 'gone') throw notFound();
  if (added.refusal === 'thereAlready') return oneMistake('value', 'errors.endpoint.thereAlready', { typed });
  const owner = added.ownerId ? await registeredVendor(world.db, added.ownerId) : null;
  const name = owner?.name ?? wordsFor(locale)('vendors.own.title');
  return oneMistake('value', 'errors.endpoint.ofAnother', { typed, values: { name } });
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, args.data?.what === 'agreement' ? 'vendors.add.agreement' : 'vendors.add.endpoint');

export default function Add() {
  const words = useWords();
  const { what, at, name } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: at, label: name }}
        title={words(`vendors.add.${what}`)}
        lead={words(`vendors.addLead.${what}`)}
      />
      <AddForm what={what} mistakes={mistakes} />
    </div>
  );
}
