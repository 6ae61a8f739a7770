import { useEffect, useRef, type ReactNode } from 'react';
import { ActingBanner } from '../acting-banner.tsx';
import { SessionWarning, type SessionEnd } from '../session-warning.tsx';
import { DemoBanner } from '../demo-banner.tsx';
import { SiteFooter, type FacilityContact } from '../site-footer.tsx';
import { SiteHeader, type Viewer } from '../site-header.tsx';
import type { ActingScope, SiteSection } from '../site-nav.ts';
import { SkipLink } from '../skip-link.tsx';
import { useWords } from '../words.tsx';

export interface LayoutProps {
  viewer: Viewer | null;
  facility: FacilityContact;
  /** The facility is made up. */
  demo: boolean;
  /** The patient on whose behalf the viewer acts at present, and how far. */
  actingFor?: string | null;
  actingScope?: ActingScope;
  /** Path of the page, without its origin. */
  path: string;
  /** When the viewer's session ends. */
  session?: SessionEnd | null;
  children: ReactNode;
}

/** Skip link, banner, header, main and footer: the landmarks of every page. */
export function PageShell({
  section,
  density,
  viewer,
  facility,
  demo,
  actingFor,
  actingScope = null,
  path,
  session,
  children,
}: LayoutProps & { section: SiteSection; density: 'patient' | 'staff' }) {
  const words = useWords();
  const main = useFocusOnNewPage(path);
  return (
    <div data-density={density} className="flex min-h-screen flex-col">
      <SkipLink />
      {demo && (
        <aside aria-label={words('site.demoLabel')}>
          <DemoBanner />
        </aside>
      )}
      <SiteHeader
        section={section}
        viewer={viewer}
        actingScope={actingScope}
        facilityName={facility.name}
        path={path}
      />
      {actingFor && <ActingBanner patient={actingFor} />}
      <main id="main" ref={main} tabIndex={-1} className="page grow pt-8 sm:pt-10">
        {children}
      </main>
      <SiteFooter facility={facility} />
      {session && <SessionWarning session={session} />}
    </div>
  );
}

/** A page change without a reload leaves the focus on the link that was used; readers are taken to the new page. */
function useFocusOnNewPage(path: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    if (!window.location.hash) main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}
