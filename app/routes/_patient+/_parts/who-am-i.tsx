import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';

type Mistakes = ReturnType<typeof useMistakes>;

/** For somebody whom the facility gave a code: no waiting. */
export function InvitationForm({ mistakes }: { mistakes: Mistakes }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="invited">
      <h2 id="invited" className="text-h3">
        {words('signUp.welcome.codeTitle')}
      </h2>
      <p>{words('signUp.welcome.codeText')}</p>
      <Form method="post" noValidate className="stack">
        <TextField
          name="invitation"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          label={words('signUp.welcome.codeLabel')}
          hint={words('signUp.start.invitationHint')}
          error={mistakes.error('invitation')}
        />
        <p>
          <Button variant="outline" name="intent" value="invitation">
            {words('signUp.welcome.codeSend')}
          </Button>
        </p>
      </Form>
    </section>
  );
}

/** What staff compare with the records. */
export function WhoAmIForm({
  mistakes,
  facilityName,
  today,
}: {
  mistakes: Mistakes;
  facilityName: string;
  /** The facility's date, the latest that somebody can be born on. */
  today: string;
}) {
  const words = useWords();
  const { error, typed } = mistakes;
  return (
    <section className="stack" aria-labelledby="claim">
      <h2 id="claim" className="text-h3">
        {words('signUp.welcome.formTitle')}
      </h2>
      <Form method="post" noValidate className="stack gap-y-6">
        <TextField
          name="givenName"
          autoComplete="given-name"
          label={words('signUp.welcome.given')}
          error={error('givenName')}
          defaultValue={typed('givenName')}
        />
        <TextField
          name="familyName"
          autoComplete="family-name"
          label={words('signUp.welcome.family')}
          error={error('familyName')}
          defaultValue={typed('familyName')}
        />
        <TextField
          name="bornOn"
          type="date"
          width="date"
          max={today}
          autoComplete="bday"
          label={words('signUp.welcome.bornOn')}
          error={error('bornOn')}
          defaultValue={typed('bornOn')}
        />
        <TextField
          name="value"
          autoComplete="off"
          spellCheck={false}
          label={words('signUp.welcome.number')}
          hint={words('signUp.welcome.numberHint')}
          error={error('value')}
          defaultValue={typed('value')}
        />
        <ChoiceGroup
          type="radio"
          name="issuer"
          legend={words('signUp.welcome.issuer')}
          error={error('issuer')}
          chosen={typed('issuer') ?? 'here'}
          choices={[
            { value: 'here', label: facilityName },
            { value: 'elsewhere', label: words('signUp.welcome.other') },
          ]}
        />
        <div className={error('issuerName') ? undefined : 'border-rule border-s-4 ps-4'}>
          <TextField
            name="issuerName"
            autoComplete="off"
            label={words('signUp.welcome.otherName')}
            hint={words('signUp.welcome.otherHint')}
            error={error('issuerName')}
            defaultValue={typed('issuerName')}
          />
        </div>
        <p>
          <Button name="intent" value="claim">
            {words('signUp.welcome.send')}
          </Button>
        </p>
      </Form>
    </section>
  );
}
