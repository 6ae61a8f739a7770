import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { actFor, actForThemselves, ownRecordOf } from '#app/people/acting.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { actedForBy, actsFor } from '#app/people/representations-reading.server.ts';
import { endRepresentation } from '#app/people/representations.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { setCookie } from '#app/web/cookies.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { representationView } from '#app/web/present-representations.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { localDate } from '#app/words/dates.ts';
import { ActsForMe, IActFor } from '../_parts/representation-list.tsx';

const schema = z.strictObject({
  intent: z.enum(['act', 'own', 'end'], 'errors.formUnreadable'),
  representation: z.uuid('errors.formUnreadable').optional(),
});

const doneWords = { asked: 'records.done.asked', ended: 'records.done.ended' } as const;

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'ownRepresentatives.manage');
  const facility = await theFacility(world.db);
  const today = localDate(now, facility.timeZone);
  const own = await ownRecordOf(world, person.id);
  const [theirs, mine] = await Promise.all([
    actsFor(world.db, person.id, today),
    own ? actedForBy(world.db, own, today) : [],
  ]);
  const reader = { locale, timeZone: facility.timeZone };
  const done = z.enum(['asked', 'ended']).safeParse(new URL(args.request.url).searchParams.get('done'));
  return {
    endedFor: person.actingEnded?.name ?? null,
    actingId: person.onBehalfOf?.representationId ?? null,
    hasRecord: own !== null,
    phone: facility.phone,
    iActFor: theirs.map((one) => representationView(one, reader)),
    actForMe: mine.map((one) => representationView(one, reader)),
    done: done.success ? done.data : null,
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person, session } = await requirePerson(args, 'ownRepresentatives.manage');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, representation: representationId } = form.value;
  const own = await ownRecordOf(world, person.id);
  if (intent === 'own') {
    const cookie = await actForThemselves(world, { person, sessionId: session.id });
    return leave(world, own ? '/home' : '/account/representatives', cookie);
  }
  if (!representationId) return oneMistake('', 'errors.formUnreadable');
  if (intent === 'act') {
    const cookie = await actFor(world, { person, sessionId: session.id, representationId });
    if (!cookie) return oneMistake('', 'errors.actsNoMore', { status: 409 });
    return leave(world, '/home', cookie);
  }
  const ended = await endRepresentation(world, {
    actor: person,
    representationId,
    reason: null,
    by: { patientIds: own ? await recordGroup(world.db, own) : [] },
  });
  if (ended.ok) return redirect('/account/representatives?done=ended');
  if (ended.refusal === 'notFound') throw notFound();
  return oneMistake('', 'errors.representationMoved', { status: 409 });
}

/** On, with the session's new cookie; without one the session has ended meanwhile, and the next page asks to sign in. */
async function leave(world: LoaderFunctionArgs['context']['world'], to: string, cookie: string | null) {
  return redirect(
    to,
    cookie ? { headers: { 'Set-Cookie': await setCookie(world, 'session', cookie) } } : undefined,
  );
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.mine.title');

export default function Representatives() {
  const words = useWords();
  const { endedFor, hasRecord, phone, iActFor, actForMe, actingId, done } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && !mistakes.any ? words(doneWords[done]) : null} />
        <PageHeader title={words('records.mine.title')} lead={words('records.mine.lead')} />
        {endedFor !== null && (
          <Notice tone="soon" heading={words('records.stopped.heading', { patient: endedFor })}>
            <p>{words('records.stopped.text', { phone })}</p>
            <Form method="post">
              <input type="hidden" name="intent" value="own" />
              <Button>{words('site.acting.back')}</Button>
            </Form>
          </Notice>
        )}
      </div>
      <section className="stack" aria-labelledby="i-act">
        <h2 id="i-act">{words('records.mine.iActFor')}</h2>
        {iActFor.length === 0 ? (
          <EmptyState
            headingLevel={3}
            title={words('records.mine.nobody')}
            action={
              <ButtonLink to="/account/representatives/ask" variant={hasRecord ? 'outline' : 'act'}>
                {words('records.mine.ask')}
              </ButtonLink>
            }
          >
            <p>{words('records.mine.nobodyWhy')}</p>
          </EmptyState>
        ) : (
          <>
            <IActFor list={iActFor} actingId={actingId} />
            <p>
              <ButtonLink to="/account/representatives/ask" variant="outline">
                {words('records.mine.ask')}
              </ButtonLink>
            </p>
          </>
        )}
      </section>
      {hasRecord ? (
        <section className="stack" aria-labelledby="for-me">
          <h2 id="for-me">{words('records.mine.actForMe')}</h2>
          {actForMe.length === 0 ? (
            <p>{words('records.mine.nobodyForMe')}</p>
          ) : (
            <ActsForMe list={actForMe} phone={phone} />
          )}
        </section>
      ) : (
        <section className="stack" aria-labelledby="own">
          <h2 id="own">{words('records.mine.ownRecords')}</h2>
          <p>{words('records.mine.noOwnRecords')}</p>
          <p>
            <Link to="/welcome" className="reach">
              {words('records.mine.sayWho')}
            </Link>
          </p>
        </section>
      )}
    </div>
  );
}
