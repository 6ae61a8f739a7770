import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { outboxMail } from '#app/mail/outbox.server.ts';
import { notFound, whoIs } from '#app/web/guard.server.ts';
import { localeOf } from '#app/web/locale.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';

const mostShown = 50;

export async function loader(args: LoaderFunctionArgs) {
  const { world } = args.context;
  if (!world.demo) throw notFound();
  const [locale, facility, mail] = await Promise.all([
    whoIs(args).then((signedIn) => localeOf(args, signedIn)),
    theFacility(world.db),
    outboxMail(world.db, mostShown),
  ]);
  return {
    mail: mail.map(({ noticeId, to, subject, text, writtenAt }) => ({
      id: noticeId,
      to,
      subject,
      text,
      at: instantInWords(locale, writtenAt, facility.timeZone),
    })),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'patient.outbox.title');

export default function Outbox() {
  const words = useWords();
  const { mail } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        title={words('patient.outbox.title')}
        lead={words('patient.outbox.lead')}
        back={{ to: '/demo', label: words('patient.demo.title') }}
      />
      {mail.length === 0 && (
        <EmptyState title={words('patient.outbox.empty')}>
          <p>{words('patient.outbox.emptyWhy')}</p>
        </EmptyState>
      )}
      <ol className="stack gap-y-8">
        {mail.map((one) => (
          <li key={one.id} className="border-rule grid max-w-full gap-2 border-t pt-4">
            <h2 className="text-h3">{one.subject}</h2>
            <p className="text-note text-muted">{words('patient.outbox.to', { to: one.to, date: one.at })}</p>
            <p className="whitespace-pre-line">{one.text}</p>
          </li>
        ))}
      </ol>
    </div>
  );
}
