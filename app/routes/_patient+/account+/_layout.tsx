import { Outlet, useLocation } from '@remix-run/react';
import { AccountNav } from '#app/components/account-nav.tsx';
import { useSiteFrame } from '#app/web/site.ts';

// The frame only: it guards nothing, since the client chooses which loaders run.
export default function Frame() {
  const viewer = useSiteFrame()?.viewer;
  const { pathname } = useLocation();
  return (
    <>
      {viewer && <AccountNav role={viewer.role} path={pathname} />}
      <Outlet />
    </>
  );
}
