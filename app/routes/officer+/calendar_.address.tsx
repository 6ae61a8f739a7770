import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { ShownOnce } from '#app/components/shown-once.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import {
  calendarAddressOf,
  makeCalendarAddress,
  revokeCalendarAddress,
} from '#app/requests/oversight-calendar.server.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';

const schema = z.strictObject({ intent: z.enum(['make', 'revoke'], 'errors.formUnreadable') });

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'deadlines.see');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const [held, { timeZone }] = await Promise.all([
    calendarAddressOf(world.db, person.id),
    theFacility(world.db),
  ]);
  return {
    held: held && {
      made: instantInWords(locale, held.madeAt, timeZone),
      read: held.lastReadAt && instantInWords(locale, held.lastReadAt, timeZone),
    },
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'deadlines.see');
  requireFreshFactor(args, visit);
  const { world, person } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  if (form.value.intent === 'revoke') {
    await revokeCalendarAddress(world, person);
    throw redirect('/officer/calendar/address');
  }
  const secret = await makeCalendarAddress(world, person);
  return data({ address: new URL(`/calendar/${secret}.ics`, world.appOrigin).href });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'oversight.address.title');

export default function Address() {
  const words = useWords();
  const { held } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <div className="stack">
      <PageHeader
        back={{ to: '/officer/calendar', label: words('oversight.calendar.title') }}
        title={words('oversight.address.title')}
        lead={words('oversight.address.lead')}
      />
      {answer && 'address' in answer && (
        <ShownOnce label={words('oversight.address.label')} secret={answer.address}>
          {words('oversight.address.keep')}
        </ShownOnce>
      )}
      <p>
        {held
          ? words(held.read ? 'oversight.address.heldRead' : 'oversight.address.held', {
              made: held.made,
              read: held.read ?? '',
            })
          : words('oversight.address.none')}
      </p>
      <Form method="post" className="flex flex-wrap gap-4">
        <Button name="intent" value="make" variant={held ? 'outline' : 'act'}>
          {words(held ? 'oversight.address.makeNew' : 'oversight.address.make')}
        </Button>
        {held && (
          <Button name="intent" value="revoke" variant="danger">
            {words('oversight.address.revoke')}
          </Button>
        )}
      </Form>
      {held && <p className="text-muted text-note">{words('oversight.address.newEndsOld')}</p>}
    </div>
  );
}
