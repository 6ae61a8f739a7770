import { Outlet, useLocation } from '@remix-run/react';
import { OfficerLayout } from '#app/components/layouts/officer-layout.tsx';
import { useSiteFrame } from '#app/web/site.ts';

// The frame only: it guards nothing, since the client chooses which loaders run.
export default function Frame() {
  const frame = useSiteFrame();
  const { pathname } = useLocation();
  if (!frame) return null;
  return (
    <OfficerLayout {...frame} path={pathname}>
      <Outlet />
    </OfficerLayout>
  );
}
