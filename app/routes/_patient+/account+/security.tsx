import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { endOneSession, endOtherSessions } from '#app/people/devices.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { securityView } from '../_parts/security-view.server.ts';

const schema = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('endOne'), session: z.uuid('errors.formUnreadable') }),
  z.strictObject({ intent: z.literal('endOthers') }),
]);

const dones = [
  'password',
  'app',
  'appRemoved',
  'passkey',
  'passkeyRenamed',
  'passkeyRemoved',
  'ended',
] as const;
const done = z.enum(dones).nullable().catch(null);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { timeZone, phone } = await theFacility(visit.world.db);
  return {
    ...(await securityView(visit, timeZone)),
    phone,
    done: done.parse(new URL(args.request.url).searchParams.get('done')),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { world, person, session } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  if (form.value.intent === 'endOthers') {
    await endOtherSessions(world, { person, session });
    return redirect('/account/security?done=ended');
  }
  // This one is left by signing out.
  if (form.value.session === session.id) return oneMistake('', 'errors.formUnreadable');
  if (!(await endOneSession(world, { person, sessionRowId: form.value.session })))
    return oneMistake('', 'errors.changedMeanwhile', { status: 409 });
  return redirect('/account/security?done=ended');
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'account.security.title');

export default function Security() {
  const words = useWords();
  const { password, app, passkeys, codes, sessions, phone, done: said } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={said && words(`account.security.done.${said}`)} />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader title={words('account.security.title')} lead={words('account.security.lead')} />
        <SummaryList
          rows={[
            {
              term: words('account.password.term'),
              value: password
                ? words('account.password.since', { date: password })
                : words('account.password.set'),
              changeTo: '/account/security/password',
            },
            {
              term: words('account.app.term'),
              value: app ? words('account.app.since', { date: app }) : words('account.app.none'),
              changeTo: '/account/security/app',
            },
            {
              term: words('account.passkeys.term'),
              value: passkeys.length > 0 ? passkeys.join(' · ') : words('account.passkeys.none'),
              changeTo: '/account/security/passkeys',
            },
            {
              term: words('account.codes.term'),
              value:
                codes.recovery === null
                  ? words('account.codes.none')
                  : words('account.codes.left', { count: codes.recovery }),
              changeTo: '/account/security/codes',
            },
          ]}
        />
        <p className="max-w-measure">
          <span className="font-semibold">{words('account.sheet.term')}</span>{' '}
          {codes.sheet === null
            ? words('account.sheet.none', { phone })
            : words('account.sheet.left', { count: codes.sheet, phone })}
        </p>
        <p className="text-muted max-w-measure">{words('account.security.always')}</p>
      </div>
      <section className="stack" aria-labelledby="sessions">
        <h2 id="sessions">{words('account.sessions.heading')}</h2>
        <p className="max-w-measure">{words('account.sessions.lead')}</p>
        <ul className="border-rule border-t">
          {sessions.map((session) => (
            <li
              key={session.id}
              className="border-rule flex max-w-none flex-wrap items-center justify-between gap-x-6 gap-y-1 border-b py-3"
            >
              <div>
                <p className="flex flex-wrap items-center gap-x-3 font-semibold">
                  {session.browser}
                  {session.isThis && <StatusBadge tone="info">{words('account.sessions.this')}</StatusBadge>}
                </p>
                <p className="text-muted text-note">
                  {words('account.sessions.since', {
                    at: session.startedAt,
                    address: session.address,
                  })}
                </p>
                <p className="text-muted text-note">
                  {words('account.sessions.seen', { at: session.seenAt })}
                </p>
              </div>
              {!session.isThis && (
                <Form method="post">
                  <input type="hidden" name="intent" value="endOne" />
                  <input type="hidden" name="session" value={session.id} />
                  <Button
                    variant="plain"
                    aria-label={words('account.sessions.endOf', {
                      browser: session.browser,
                      at: session.startedAt,
                    })}
                  >
                    {words('account.sessions.end')}
                  </Button>
                </Form>
              )}
            </li>
          ))}
        </ul>
        {sessions.length > 1 && (
          <Form method="post">
            <input type="hidden" name="intent" value="endOthers" />
            <Button variant="outline">{words('account.sessions.endOthers')}</Button>
          </Form>
        )}
        <p>
          <Link to="/account/activity" className="reach">
            {words('account.sessions.activity')}
          </Link>
        </p>
      </section>
    </div>
  );
}
