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
                    className="inline-flex min-h-(--target) items-center gap-1.5 font-semibold whitespace-nowrap"
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
        <ul className="grid content-start sm:justify-self-end">
          <FooterLink to="/vendors">{words('site.nav.vendors')}</FooterLink>
          <FooterLink to="/deadlines">{words('site.footer.deadlines')}</FooterLink>
          <FooterLink to="/transparency">{words('site.footer.transparency')}</FooterLink>
        </ul>
        <p className="text-note text-muted sm:col-span-2">
          {words('site.footer.run', { facility: facility.name })}
        </p>
      </div>
    </footer>
  );
}

function FooterLink({ to, children }: { to: string; children: string }) {
  return (
    <li>
      <Link to={to} className="inline-flex min-h-(--target) items-center">
        {children}
      </Link>
    </li>
  );
}
