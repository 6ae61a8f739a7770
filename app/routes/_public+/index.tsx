import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { Icon, type IconName } from '#app/components/icon.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { homeOf } from '#app/people/can.ts';
import { placeOfFacility } from '#app/web/present-complaint.server.ts';
import { useSiteFrame } from '#app/web/site.ts';
import { pageTitle } from '#app/web/title.ts';
import type { MessageId } from '#app/words/words.ts';

/** Open to everybody. Before the facility is set up the page is there, in the words of the United States. */
export async function loader({ context: { world } }: LoaderFunctionArgs) {
  const settings = await facilitySettings(world.db);
  return { place: settings ? placeOfFacility(settings) : 'states' };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'site.start.title');

/** `gdpr`: what is said in place of it where a GDPR rules. */
const doors: { to: string; icon: IconName; title: MessageId; text: MessageId; gdpr?: MessageId }[] = [
  { to: '/disclosures', icon: 'arrowRight', title: 'site.start.who', text: 'site.start.whoText' },
  { to: '/opt-outs/new', icon: 'stop', title: 'site.start.no', text: 'site.start.noText' },
  {
    to: '/requests/new/accounting',
    icon: 'flag',
    title: 'site.start.list',
    text: 'site.start.listText',
    gdpr: 'site.start.listTextGdpr',
  },
];

export default function Start() {
  const words = useWords();
  const { place } = useLoaderData<typeof loader>();
  const viewer = useSiteFrame()?.viewer;
  return (
    <div className="sections">
      <PageHeader
        title={words('site.start.title')}
        lead={words('site.start.lead')}
        action={
          viewer ? (
            <ButtonLink to={homeOf(viewer.role)} icon="arrowRight" iconSide="end">
              {words('site.start.goOn')}
            </ButtonLink>
          ) : (
            <>
              <ButtonLink to="/sign-in" icon="arrowRight" iconSide="end">
                {words('people.signIn.title')}
              </ButtonLink>
              <ButtonLink to="/sign-up" variant="outline">
                {words('signUp.start.title')}
              </ButtonLink>
            </>
          )
        }
      />
      <ul className="stack">
        {doors.map((door) => (
          <li key={door.to} className="border-rule grid grid-cols-[auto_1fr] gap-x-4 border-t pt-4">
            <Icon name={door.icon} className="text-muted mt-1.5" />
            <div>
              <h2 className="text-h3">
                <Link to={door.to} className="reach">
                  {words(door.title)}
                </Link>
              </h2>
              <p className="text-muted">{words(place === 'states' ? door.text : (door.gdpr ?? door.text))}</p>
            </div>
          </li>
        ))}
      </ul>
      <section className="stack" aria-labelledby="limits">
        <h2 id="limits">{words('site.start.limits')}</h2>
        <p>{words('site.start.limitsText')}</p>
        <ul className="stack gap-2">
          <li>
            <Link to="/vendors" className="reach">
              {words('site.start.vendors')}
            </Link>
          </li>
          <li>
            <Link to="/deadlines" className="reach">
              {words('site.start.deadlines')}
            </Link>
          </li>
        </ul>
      </section>
    </div>
  );
}
