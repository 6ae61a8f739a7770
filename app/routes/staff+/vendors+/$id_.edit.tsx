import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { changeVendor, registeredVendor } from '#app/vendors/register.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { reasonField } from '../_parts/reason.ts';
import { factsOfFields, vendorFactFields } from '../_parts/vendor-fields.ts';
import { VendorFactsFields } from '../_parts/vendor-parts.tsx';

const schema = z.strictObject({ ...vendorFactFields, reason: reasonField });

export async function loader(args: LoaderFunctionArgs) {
  const { world } = await requirePerson(args, 'vendors.manage');
  const vendor = await registeredVendor(world.db, rowId(args.params.id));
  if (!vendor) throw notFound();
  const { id, name, relationship, address, contact } = vendor;
  return { id, set: { name, relationship, address: address ?? '', contact: contact ?? '' } };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person: actor } = await requirePerson(args, 'vendors.manage');
  const id = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { reason } = form.value;
  const changed = await changeVendor(world, { id, facts: factsOfFields(form.value), reason, actor });
  if (changed.ok) return redirect(`/staff/vendors/${id}?done=changed`);
  if (changed.refusal === 'gone') throw notFound();
  const typed = Object.fromEntries(Object.entries(form.value).map(([name, value]) => [name, [value]]));
  return changed.refusal === 'nothingChanged'
    ? oneMistake('', 'errors.nothingChanged', { typed })
    : oneMistake('name', 'errors.vendor.thereAlready', { typed });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'vendors.edit');

export default function EditVendor() {
  const words = useWords();
  const { id, set } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader back={{ to: `/staff/vendors/${id}`, label: set.name }} title={words('vendors.edit')} />
      <Form method="post" noValidate className="stack max-w-2xl">
        <VendorFactsFields set={set} mistakes={mistakes} />
        <p>
          <Button>{words('settings.save')}</Button>
        </p>
      </Form>
    </div>
  );
}
