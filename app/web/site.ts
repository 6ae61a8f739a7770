import { useRouteLoaderData } from '@remix-run/react';
import type { Viewer } from '#app/components/site-header.tsx';
import type { Locale } from '#app/words/locales.ts';

/** What the frame around every page shows; loaded once, at the root. */
export interface SiteFrame {
  locale: Locale;
  /** Chosen on this browser; null follows the device. */
  theme: 'light' | 'dark' | null;
  demo: boolean;
  viewer: Viewer | null;
  facility: { name: string; phone: string };
  /** When the session ends if nobody does anything: in how many milliseconds, and whether that can be put off. */
  session: { endsAt: string; endsIn: number; isLast: boolean } | null;
  /** The patient on whose behalf a representative acts at present. */
  actingFor: string | null;
  /** How far; null when they act for nobody. */
  actingScope: 'see' | 'file' | 'both' | null;
}

/** Whether the viewer may file something on the record they act on: themselves always, for somebody else as far as the scope goes. */
export function useMayFile(): boolean {
  return useSiteFrame()?.actingScope !== 'see';
}

/** The frame's data; null where the root itself could not load (the database is away). */
export function useSiteFrame(): SiteFrame | null {
  return useRouteLoaderData<SiteFrame>('root') ?? null;
}
