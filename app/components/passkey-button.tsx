import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { useRef, useState, type ReactNode } from 'react';
import { Button, type ButtonVariant } from './button.tsx';
import { Icon } from './icon.tsx';
import { useScripted } from './use-scripted.ts';
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
  /** Further hidden fields. */
  fields?: Record<string, string>;
  /** Further fields to fill in, above the button; they are checked by the server. */
  children?: ReactNode;
}

/** Asks the browser for a passkey and sends its answer as a form. Not there without script, and where the browser has no passkeys. */
export function PasskeyButton({
  purpose,
  action,
  label,
  variant = 'outline',
  fields = {},
  children,
}: PasskeyButtonProps) {
  const words = useWords();
  const scripted = useScripted();
  const form = useRef<HTMLFormElement>(null);
  const answer = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<'idle' | 'asking' | 'failed'>('idle');
  if (!scripted || !browserSupportsWebAuthn()) return null;

  const ask = async () => {
    setState('asking');
    try {
      const response = await fetch('/passkey-options', {
        method: 'POST',
        body: new URLSearchParams({ purpose }),
      });
      if (response.redirected) return window.location.assign(response.url);
      if (!response.ok) throw new Error('no challenge');
      const { options } = (await response.json()) as { options: unknown };
      const given =
        purpose === 'enrol' || purpose === 'signUp'
          ? await startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON })
          : await startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON });
      if (answer.current) answer.current.value = JSON.stringify(given);
      form.current?.submit();
    } catch {
      setState('failed');
    }
  };

  return (
    <form ref={form} method="post" action={action} className="grid justify-items-start gap-3">
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
