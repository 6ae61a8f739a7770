import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { addVendor } from '#app/vendors/register.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { reasonField } from '../_parts/reason.ts';
import { factsOfFields, vendorFactFields } from '../_parts/vendor-fields.ts';
import { VendorFactsFields } from '../_parts/vendor-parts.tsx';

const schema = z.strictObject({ ...vendorFactFields, reason: reasonField });

export async function loader(args: LoaderFunctionArgs) {
  await requirePerson(args, 'vendors.manage');
  return null;
}

export async function action(args: ActionFunctionArgs) {
  const { world, person: actor } = await requirePerson(args, 'vendors.manage');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { reason } = form.value;
  const added = await addVendor(world, { facts: factsOfFields(form.value), reason, actor });
  if (added.ok) return redirect(`/staff/vendors/${added.id}?done=added`);
  const typed = Object.fromEntries(Object.entries(form.value).map(([name, value]) => [name, [value]]));
  return oneMistake('name', `errors.vendor.${added.refusal}`, { typed });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'vendors.new');

export default function NewVendor() {
  const words = useWords();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/staff/vendors', label: words('vendors.title') }}
        title={words('vendors.new')}
        lead={words('vendors.newLead')}
      />
      <Form method="post" noValidate className="stack max-w-2xl">
        <VendorFactsFields
          set={{ name: '', relationship: '', address: '', contact: '' }}
          mistakes={mistakes}
        />
        <p>
          <Button>{words('vendors.new')}</Button>
        </p>
      </Form>
    </div>
  );
}
