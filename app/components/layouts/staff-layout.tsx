import { PageShell, type LayoutProps } from './page-shell.tsx';

/** Pages of the people who answer: denser and wider. */
export function StaffLayout(props: LayoutProps) {
  return <PageShell section="staff" density="staff" {...props} />;
}
