import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { useScriptOnly } from './use-scripted.ts';

/** Prints the page. Without script the browser's own menu does. */
export function PrintButton({
  variant = 'act',
  children,
}: {
  variant?: 'act' | 'outline';
  children: string;
}) {
  const scriptOnly = useScriptOnly();
  return (
    <Button
      type="button"
      variant={variant}
      className={classNames('no-print', scriptOnly)}
      onClick={() => window.print()}
    >
      {children}
    </Button>
  );
}
