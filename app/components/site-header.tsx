import { Link } from '@remix-run/react';
import type { Role } from '#app/audit/actor.ts';
import { homeOf } from '#app/people/can.ts';
import { Icon } from './icon.tsx';
import { LanguageSwitch, ThemeSwitch } from './preference-switches.tsx';
import { siteNav, type ActingScope, type Opens, type SiteSection } from './site-nav.ts';
import { useWords } from './words.tsx';

/** A name: the same in every language. */
const productName = 'Plainview';

/** Who looks at the page; absent when nobody has signed in. */
export interface Viewer {
  displayName: string;
  /** Decides which ways are shown. */
  role: Role;
  /** Of a patient's account. */
  opens: Opens;
}

export interface SiteHeaderProps {
  section: SiteSection;
  viewer: Viewer | null;
  /** How far the viewer acts for somebody else; null for themselves. */
  actingScope?: ActingScope;
  facilityName: string;
  /** Path of the page, for the mark in the navigation and for coming back to it. */
  path: string;
}

/** Product and facility, language, theme, sign out; below them the main navigation. Not sticky: nothing is hidden by it. */
export function SiteHeader({ section, viewer, actingScope = null, facilityName, path }: SiteHeaderProps) {
  const words = useWords();
  return (
    <header className="border-rule border-b">
      <div className="page flex flex-wrap items-center justify-between gap-x-2 gap-y-1 pt-3">
        <Link
          to={viewer ? homeOf(viewer.role) : '/'}
          className="text-text visited:text-text inline-flex min-h-(--target) items-center gap-3 no-underline"
        >
          <ProductMark />
          <span className="leading-tight">
            <span className="block text-[1.25rem] font-bold">{productName}</span>
            <span className="text-note text-muted block">{facilityName}</span>
          </span>
        </Link>
        <div className="text-note -mx-2 flex flex-wrap items-center sm:gap-x-1 print:mx-0">
          {viewer && (
            <Link
              to="/account/security"
              className="text-text visited:text-text hover:bg-surface inline-flex min-h-(--target) items-center gap-1.5 rounded-sm px-2"
            >
              <Icon name="person" className="text-muted" />
              {words('site.nav.account')}
              <span className="text-muted hidden sm:inline">{viewer.displayName}</span>
            </Link>
          )}
          <LanguageSwitch returnTo={path} />
          <ThemeSwitch returnTo={path} />
          {viewer && (
            <form method="post" action="/sign-out" className="flex">
              <button
                type="submit"
                className="text-text hover:bg-surface inline-flex min-h-(--target) cursor-pointer items-center rounded-sm px-2 underline underline-offset-[0.17em] hover:decoration-2"
              >
                {words('site.signOut')}
              </button>
            </form>
          )}
        </div>
      </div>
      <nav aria-label={words('site.nav.label')} className="page">
        <ul className="flex flex-wrap gap-x-6">
          {siteNav(section, path, viewer?.role, actingScope, viewer?.opens).map((item) => (
            <li key={item.to}>
              <Link to={item.to} aria-current={item.current} className="nav-link">
                {words(item.label)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

function ProductMark() {
  return (
    <svg viewBox="0 0 32 32" width="36" height="36" aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="7" className="fill-act" />
      <path
        d="M4.5 16C8 10.3 11.8 8 16 8s8 2.3 11.5 8C24 21.7 20.2 24 16 24S8 21.7 4.5 16z"
        className="fill-act-text"
      />
      <circle cx="16" cy="16" r="4.5" className="fill-act" />
    </svg>
  );
}
