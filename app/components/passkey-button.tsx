import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, type ButtonVariant } from './button.tsx';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import { useScripted, useScriptOnly } from './use-scripted.ts';
import { useWords } from './words.tsx';

export type PasskeyAsk = 'signIn' | 'stepUp' | 'enrol' | 'signUp' | 'recover';

export interface PasskeyButtonProps {
  /** What the passkey is asked for, or made for. */
  purpose: PasskeyAsk;
  /** Where the form goes. Its field `passkey` holds the browser's answer. */
  action: string;
  /** Words of the button. */
  label: string;
  variant?: ButtonVariant;
  /** For signing in: the browser offers the passkey also under the page's field with `autocomplete="… webauthn"`, where it can. */
  alsoSuggested?: boolean;
  /** Further hidden fields. */
  fields?: Record<string, string>;
  /** Further fields to fill in, above the button; they are checked by the server. */
  children?: ReactNode;
}

/** A challenge is good for five minutes, and each page that asks puts its own in the place of the one before. */
const askAnewAfter = 4 * 60_000;

async function challengeFor(purpose: PasskeyAsk, signal?: AbortSignal): Promise<unknown> {
  const response = await fetch('/passkey-options', {
    method: 'POST',
    body: new URLSearchParams({ purpose }),
    ...(signal ? { signal } : {}),
  });
  if (response.redirected) return void window.location.assign(response.url);
  if (!response.ok) throw new Error('no challenge');
  return ((await response.json()) as { options: unknown }).options;
}

/** Lets the browser suggest a passkey in a field, as long as the page is seen. */
function useSuggestion(isOn: boolean, send: (given: object) => void): void {
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => {
    if (!isOn) return;
    let asking = new AbortController();
    const stop = () => {
      asking.abort();
      WebAuthnAbortService.cancelCeremony();
    };
    const begin = async () => {
      stop();
      const { signal } = (asking = new AbortController());
      if (document.hidden || !(await browserSupportsWebAuthnAutofill())) return;
      const optionsJSON = await challengeFor('signIn', signal);
      if (signal.aborted) return;
      const given = await startAuthentication({
        optionsJSON: optionsJSON as PublicKeyCredentialRequestOptionsJSON,
        useBrowserAutofill: true,
      });
      if (!signal.aborted) latest.current(given);
    };
    // Nobody asked for it: where it cannot be, the button and the form are there.
    const quietly = () => void begin().catch(() => undefined);
    quietly();
    const again = setInterval(quietly, askAnewAfter);
    document.addEventListener('visibilitychange', quietly);
    return () => {
      clearInterval(again);
      document.removeEventListener('visibilitychange', quietly);
      stop();
    };
  }, [isOn]);
}

/** Asks the browser for a passkey and sends its answer as a form. Not there without script, and where the browser has no passkeys. */
export function PasskeyButton({
  purpose,
  action,
  label,
  variant = 'outline',
  alsoSuggested = false,
  fields = {},
  children,
}: PasskeyButtonProps) {
  const words = useWords();
  const scripted = useScripted();
  const form = useRef<HTMLFormElement>(null);
  const answer = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<'idle' | 'asking' | 'failed'>('idle');
  const send = (given: object) => {
    if (answer.current) answer.current.value = JSON.stringify(given);
    form.current?.submit();
  };
  useSuggestion(alsoSuggested && scripted && state !== 'asking', send);
  const scriptOnly = useScriptOnly();
  if (scripted && !browserSupportsWebAuthn()) return null;

  const ask = async () => {
    setState('asking');
    try {
      const options = await challengeFor(purpose);
      if (!options) return;
      const given =
        purpose === 'enrol' || purpose === 'signUp'
          ? await startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON })
          : await startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON });
      send(given);
    } catch {
      setState('failed');
    }
  };

  return (
    <form
      ref={form}
      method="post"
      action={action}
      className={classNames('grid justify-items-start gap-3', scriptOnly)}
    >
      <input ref={answer} type="hidden" name="passkey" defaultValue="" />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      <Button
        type="button"
        variant={variant}
        icon="lock"
        disabled={state === 'asking'}
        onClick={() => void ask()}
      >
        {label}
      </Button>
      <p role="alert" className="text-late flex gap-2 empty:hidden">
        {state === 'failed' && (
          <>
            <Icon name="warning" className="mt-[0.12em]" />
            {words('people.passkey.failed')}
          </>
        )}
      </p>
    </form>
  );
}
