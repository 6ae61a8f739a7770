import { Button } from './button.tsx';
import { useScripted } from './use-scripted.ts';

/** Prints the page. Without script the browser's own menu does. */
export function PrintButton({ children }: { children: string }) {
  const scripted = useScripted();
  if (!scripted) return null;
  return (
    <Button type="button" className="no-print" onClick={() => window.print()}>
      {children}
    </Button>
  );
}
