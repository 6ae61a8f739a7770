import { PageShell, type LayoutProps } from './page-shell.tsx';

/** Pages that need no account. */
export function PublicLayout(props: LayoutProps) {
  return <PageShell section="public" density="patient" {...props} />;
}
