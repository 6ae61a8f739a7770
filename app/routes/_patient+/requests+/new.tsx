import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { Icon, type IconName } from '#app/components/icon.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { draftsOf } from '#app/requests/drafts.server.ts';
import { leadIn } from '#app/requests/kinds/asked-form.ts';
import type { KindDefinition } from '#app/requests/kinds/kind.ts';
import { kindDefinition, requestKinds, type RequestKind } from '#app/requests/kinds/registry.ts';
import { readingAs, requirePatient } from '#app/web/guard.server.ts';
import { contactOf, placeOfFacility } from '#app/web/present-complaint.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { Complain } from '../_parts/request-parts.tsx';

const groups = [
  { group: 'images', icon: 'stop' },
  { group: 'records', icon: 'flag' },
  { group: 'talk', icon: 'info' },
] as const satisfies { group: KindDefinition<unknown>['group']; icon: IconName }[];

/** The kinds of a group, as the registry has them in turn. */
const kindsOf = (group: KindDefinition<unknown>['group']) =>
  requestKinds
    .map((kind): KindDefinition<unknown> & { kind: RequestKind } => ({ ...kindDefinition(kind), kind }))
    .filter((definition) => definition.group === group);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { person, patientId } = visit;
  const { settings, drafts } = await readingAs(visit, async ({ world: { db } }) => ({
    settings: await facilitySettings(db),
    drafts: await draftsOf(db, { actor: person, patientId }),
  }));
  const place = placeOfFacility(settings);
  const begun = new Set<string>(drafts.map(({ kind }) => kind));
  return {
    groups: groups.map(({ group, icon }) => ({
      heading: `asking.group.${group}` as const,
      icon,
      kinds: kindsOf(group).map(({ kind, page, title }) => ({
        to: page ?? `/requests/new/${kind}`,
        title,
        lead: leadIn(place, kind),
        begun: begun.has(kind),
      })),
    })),
    facility: contactOf(settings),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'patient.new.title');

export default function NewRequest() {
  const words = useWords();
  const { groups: shown, facility } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        title={words('patient.new.title')}
        back={{ to: '/requests', label: words('site.nav.requests') }}
      />
      {shown.map(({ heading, icon, kinds }) => (
        <section key={heading} className="stack" aria-labelledby={heading}>
          <h2 id={heading} className="flex gap-3">
            <Icon name={icon} className="text-muted mt-1.5" />
            {words(heading)}
          </h2>
          <ul className="stack">
            {kinds.map(({ to, title, lead, begun }) => (
              <li key={to} className="border-rule border-t pt-4">
                <h3>
                  <Link to={to} className="reach">
                    {words(title)}
                  </Link>
                </h3>
                <p className="text-muted max-w-measure">{words(lead)}</p>
                {begun && <p className="font-semibold">{words('asking.draft.begun')}</p>}
              </li>
            ))}
          </ul>
        </section>
      ))}
      <section className="stack" aria-labelledby="else">
        <h2 id="else">{words('patient.new.else')}</h2>
        <p>{words('patient.new.elseText')}</p>
      </section>
      <Complain facility={facility} />
    </div>
  );
}
