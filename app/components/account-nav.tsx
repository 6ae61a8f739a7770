import { Link } from '@remix-run/react';
import type { Role } from '#app/audit/actor.ts';
import { can } from '#app/people/can.ts';
import type { MessageId } from '#app/words/words.ts';
import { useWords } from './words.tsx';

interface AccountPlace {
  to: string;
  label: MessageId;
  patientsOnly?: true;
}

const places: AccountPlace[] = [
  { to: '/account/security', label: 'account.nav.security' },
  { to: '/account/contact', label: 'account.nav.contact' },
  { to: '/account/representatives', label: 'account.nav.representatives', patientsOnly: true },
  { to: '/account/activity', label: 'account.nav.activity' },
];

/** The pages of one's own account. */
export function AccountNav({ role, path }: { role: Role; path: string }) {
  const words = useWords();
  return (
    <nav aria-label={words('account.nav.label')} className="border-rule mb-8 border-b">
      <ul className="flex flex-wrap gap-x-6">
        {places
          .filter(({ patientsOnly }) => !patientsOnly || can(role, 'ownRepresentatives.manage'))
          .map(({ to, label }) => (
            <li key={to}>
              <Link
                to={to}
                aria-current={path === to ? 'page' : path.startsWith(`${to}/`) ? 'true' : undefined}
                className="nav-link"
              >
                {words(label)}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}
