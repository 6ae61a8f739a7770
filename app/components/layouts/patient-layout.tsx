import { PageShell, type LayoutProps } from './page-shell.tsx';

/** A patient's own pages: one column, large type, large targets. */
export function PatientLayout(props: LayoutProps) {
  return <PageShell section="patient" density="patient" {...props} />;
}
