import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';

/** What the controls of a page are called, by their ids. */
interface Labels {
  of: Map<string, ReactNode>;
  /** On the server: what is drawn after the rest of the page waits for this. */
  drawn?: Promise<void>;
  isDrawn: boolean;
}

const LabelsContext = createContext<Labels | null>(null);

/** Lets the error summary of a page name the fields that come after it. One at the root. */
export function FieldLabels({ children }: { children: ReactNode }) {
  const [labels] = useState<Labels>(() => ({ of: new Map(), isDrawn: false }));
  return <LabelsContext.Provider value={labels}>{children}</LabelsContext.Provider>;
}

/** Says what controls are called. Noted while they are drawn: the server draws a page once. */
export function useFieldLabel(ids: readonly string[], label: ReactNode): void {
  const labels = useContext(LabelsContext)?.of;
  const all = ids.join(' ');
  for (const id of ids) labels?.set(id, label);
  useEffect(() => {
    const noted = all.split(' ');
    for (const id of noted) labels?.set(id, label);
    return () => {
      for (const id of noted) labels?.delete(id);
    };
  }, [labels, all, label]);
}

const isServer = typeof document === 'undefined';

/**
 * The labels of the page's controls. On the server it waits, in a `Suspense` of its own, until the rest of the page is drawn: the whole
 * page is sent at once, in its order.
 */
export function useFieldLabels(): ReadonlyMap<string, ReactNode> {
  const labels = useContext(LabelsContext);
  if (!labels) return none;
  if (isServer && !labels.isDrawn) {
    // React 18 has no other way to wait on the server.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw (labels.drawn ??= Promise.resolve().then(() => {
      labels.isDrawn = true;
    }));
  }
  return labels.of;
}

const none: ReadonlyMap<string, ReactNode> = new Map();
