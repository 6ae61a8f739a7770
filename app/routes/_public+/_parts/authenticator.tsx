import type { TotpEnrolment } from '#app/people/totp-enrolment.server.ts';
import { CodeField } from '#app/components/field.tsx';
import { T, useWords } from '#app/components/words.tsx';

/** Setting up an authenticator, in the order of doing it: open it, scan or type, and show that it works. */
export function Authenticator({ enrolment, error }: { enrolment: TotpEnrolment; error: string | undefined }) {
  const words = useWords();
  const { svg, secret, uri, sealed } = enrolment;
  return (
    <ol className="grid list-decimal gap-6 ps-6">
      <li>{words('signUp.app.open')}</li>
      <li>
        <p>{words('signUp.app.scan')}</p>
        <svg
          role="img"
          aria-label={words('signUp.app.picture')}
          viewBox={`0 0 ${svg.size} ${svg.size}`}
          className="my-3 size-56 max-w-full rounded-sm bg-white"
          shapeRendering="crispEdges"
        >
          <path d={svg.path} fill="#000" />
        </svg>
        <p>{words('signUp.app.key')}</p>
        <p>
          <code className="text-[1.1em] font-semibold wrap-anywhere select-all">{secret}</code>
        </p>
        <p className="mt-2">
          <T
            id="signUp.app.here"
            values={{
              a: (text) => <a href={uri}>{text}</a>,
            }}
          />
        </p>
      </li>
      <li>
        <input type="hidden" name="sealed" value={sealed} />
        <CodeField
          name="code"
          label={words('signUp.app.code')}
          hint={words('signUp.app.codeHint')}
          error={error}
        />
      </li>
    </ol>
  );
}
