import { Link } from '@remix-run/react';
import { Icon } from './icon.tsx';
import { T, useWords } from './words.tsx';

export interface FacilityContact {
  name: string;
  /** As it is dialled and read: "(555) 010-0199". */
  phone: string;
}

/** Help, in the same place on every page. */
export function SiteFooter({ facility }: { facility: FacilityContact }) {
  const words = useWords();
  return (
    <footer className="bg-surface border-rule mt-16 border-t">
      <div className="page grid gap-x-12 gap-y-6 py-8 sm:grid-cols-2">
        <div>
          <h2 className="text-h3">{words('site.help.heading')}</h2>
          <p className="mt-1">
            <T
              id="site.help.call"
              values={{
                phone: (
                  <a
                    href={`tel:${facility.phone.replace(/[^+\d]/g, '')}`}
                    className="inline-flex min-h-(--target) items-center gap-1.5 align-middle font-semibold whitespace-nowrap"
                  >
                    <Icon name="phone" />
                    {facility.phone}
                  </a>
                ),
              }}
            />
          </p>
          <p>{words('site.help.paper')}</p>
        </div>
        <p className="text-note text-muted sm:col-span-2">
          {words('site.footer.run', { facility: facility.name })}{' '}
          <Link to="/vendors" className="reach me-4">
            {words('labels.list.title')}
          </Link>{' '}
          <Link to="/transparency" className="reach">
            {words('oversight.public.title')}
          </Link>
        </p>
      </div>
    </footer>
  );
}
