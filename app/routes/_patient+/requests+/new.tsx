import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { Icon, type IconName } from '#app/components/icon.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { requirePatient } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import type { MessageId } from '#app/words/words.ts';
import { Complain } from '../_parts/request-parts.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const { world } = await requirePatient(args, 'ownRequests.file');
  const { name, phone, email, address } = await theFacility(world.db);
  return { facility: { name, phone, email, address } };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'patient.new.title');

const ways: { to: string; icon: IconName; title: MessageId; text: MessageId }[] = [
  { to: '/opt-outs/new', icon: 'stop', title: 'patient.new.no', text: 'patient.new.noText' },
  { to: '/requests/new/accounting', icon: 'flag', title: 'patient.new.list', text: 'patient.new.listText' },
  { to: '/opt-outs', icon: 'ring', title: 'patient.new.takeBack', text: 'patient.new.takeBackText' },
];

export default function NewRequest() {
  const words = useWords();
  const { facility } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        title={words('patient.new.title')}
        back={{ to: '/requests', label: words('site.nav.requests') }}
      />
      <ul className="stack">
        {ways.map((way) => (
          <li key={way.to} className="border-rule grid grid-cols-[auto_1fr] gap-x-4 border-t pt-4">
            <Icon name={way.icon} className="text-muted mt-1.5" />
            <div>
              <h2 className="text-h3">
                <Link to={way.to} className="reach">
                  {words(way.title)}
                </Link>
              </h2>
              <p className="text-muted">{words(way.text)}</p>
            </div>
          </li>
        ))}
      </ul>
      <section className="stack" aria-labelledby="else">
        <h2 id="else">{words('patient.new.else')}</h2>
        <p>{words('patient.new.elseText')}</p>
      </section>
      <Complain facility={facility} />
    </div>
  );
}
