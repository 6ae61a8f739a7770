import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { findPatients } from '../../staff+/_parts/patient-search.server.ts';
import { PatientSearch } from '../../staff+/_parts/patient-search.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const { world } = await requirePerson(args, 'suspensions.manage');
  return { issuer: (await theFacility(world.db)).issuer };
}

export async function action(args: ActionFunctionArgs) {
  return findPatients(args, await requirePerson(args, 'suspensions.manage'));
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'ledger.suspensions.new');

export default function FindPatient() {
  const words = useWords();
  const { issuer } = useLoaderData<typeof loader>();
  return (
    <PatientSearch
      header={{
        back: { to: '/officer/suspensions', label: words('ledger.suspensions.title') },
        title: words('ledger.suspensions.new'),
        lead: words('ledger.suspensions.findPatient'),
      }}
      issuer={issuer}
      answer={useActionData<typeof action>()}
      to="/officer/suspensions/new"
    />
  );
}
