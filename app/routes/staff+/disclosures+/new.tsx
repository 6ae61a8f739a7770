import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { findPatients } from '../_parts/patient-search.server.ts';
import { PatientSearch } from '../_parts/patient-search.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const { world } = await requirePerson(args, 'disclosures.enter');
  return { issuer: (await theFacility(world.db)).issuer };
}

export async function action(args: ActionFunctionArgs) {
  return findPatients(args, await requirePerson(args, 'disclosures.enter'));
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'entries.new.title');

export default function FindPatient() {
  const words = useWords();
  const { issuer } = useLoaderData<typeof loader>();
  return (
    <PatientSearch
      header={{
        back: { to: '/staff/disclosures', label: words('ledger.list.title') },
        title: words('entries.new.title'),
        lead: words('entries.new.lead'),
      }}
      issuer={issuer}
      answer={useActionData<typeof action>()}
      to="/staff/disclosures/new"
    />
  );
}
