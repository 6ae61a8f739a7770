import { PageShell, type LayoutProps } from './page-shell.tsx';

/** Pages of the privacy officer, with the way to the staff pages. */
export function OfficerLayout(props: LayoutProps) {
  return <PageShell section="officer" density="staff" {...props} />;
}
