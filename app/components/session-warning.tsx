import { useEffect, useRef, useState } from 'react';
import { Button, ButtonLink } from './button.tsx';
import { useWords } from './words.tsx';

export interface SessionEnd {
  /** Milliseconds from when the page was made to the end of the session, if nobody does anything. */
  endsIn: number;
  /** The end cannot be put off any more: the session has lasted as long as one may. */
  isLast: boolean;
}

const warnBefore = 2 * 60_000;
const lookEvery = 1_000;
const channelName = 'plainview-session';

// eslint-disable-next-line no-restricted-syntax -- how long this page has been open, which no server can say
const browserNow = () => Date.now();

type Phase = 'quiet' | 'soon' | 'over';

/** Says two minutes before that the session will end, in every tab, and keeps it with one button. Without script it is not there. */
export function SessionWarning({ session }: { session: SessionEnd }) {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const channel = useRef<BroadcastChannel | null>(null);
  const end = useRef({ at: Infinity, isLast: false });
  const [phase, setPhase] = useState<Phase>('quiet');

  // Clocks of phones are wrong at times: only the time that passed here counts.
  useEffect(() => {
    const tabs = new BroadcastChannel(channelName);
    channel.current = tabs;
    tabs.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!isSessionEnd(data)) return;
      const at = browserNow() + data.endsIn;
      if (at <= end.current.at) return;
      end.current = { at, isLast: data.isLast };
      setPhase(phaseAt(data.endsIn));
    };
    const look = () => setPhase(phaseAt(end.current.at - browserNow()));
    const timer = window.setInterval(look, lookEvery);
    document.addEventListener('visibilitychange', look);
    return () => {
      tabs.close();
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);

  useEffect(() => {
    end.current = { at: browserNow() + session.endsIn, isLast: session.isLast };
    channel.current?.postMessage(session);
  }, [session]);

  const shown = phase !== 'quiet';
  useEffect(() => {
    if (shown && !dialog.current?.open) dialog.current?.showModal();
    if (!shown) dialog.current?.close();
  }, [shown]);

  const stay = async () => {
    const response = await fetch('/session', { method: 'POST', body: new URLSearchParams() });
    const kept: unknown = response.ok && !response.redirected ? await response.json() : null;
    if (!isSessionEnd(kept)) return setPhase('over');
    end.current = { at: browserNow() + kept.endsIn, isLast: kept.isLast };
    channel.current?.postMessage(kept);
    setPhase(phaseAt(kept.endsIn));
  };

  const isLast = shown && end.current.isLast;
  return (
    <dialog
      ref={dialog}
      aria-labelledby="session-warning-title"
      aria-describedby="session-warning-text"
      onCancel={(event) => event.preventDefault()}
      className="bg-bg text-text border-line m-auto w-[calc(100%-2rem)] max-w-xl rounded-sm border p-5 sm:p-8"
    >
      {shown && (
        <div className="stack">
          <h2 id="session-warning-title">
            {words(phase === 'over' ? 'people.session.overTitle' : 'people.session.soonTitle')}
          </h2>
          <p id="session-warning-text" role="status">
            {phase === 'over' && words('people.session.overText')}
            {phase === 'soon' && words(isLast ? 'people.session.lastText' : 'people.session.soonText')}
          </p>
          <p className="flex flex-wrap gap-4">
            {phase === 'soon' && !isLast && (
              <Button type="button" onClick={() => void stay().catch(() => setPhase('over'))}>
                {words('people.session.stay')}
              </Button>
            )}
            {phase === 'over' && (
              <ButtonLink to="/sign-in" reloadDocument>
                {words('people.signIn.title')}
              </ButtonLink>
            )}
            {(phase === 'over' || isLast) && (
              <Button type="button" variant="outline" onClick={() => dialog.current?.close()}>
                {words('people.session.backToPage')}
              </Button>
            )}
          </p>
        </div>
      )}
    </dialog>
  );
}

function phaseAt(left: number): Phase {
  if (left <= 0) return 'over';
  return left <= warnBefore ? 'soon' : 'quiet';
}

function isSessionEnd(data: unknown): data is SessionEnd {
  return typeof data === 'object' && data !== null && 'endsIn' in data && typeof data.endsIn === 'number';
}
