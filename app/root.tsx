import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useLocation } from '@remix-run/react';
import type { ReactNode } from 'react';
import { PublicLayout } from './components/layouts/public-layout.tsx';
import { FieldLabels } from './components/field-labels.tsx';
import { WordsProvider } from './components/words.tsx';
import stylesheet from './styles/app.css?url';
import { ErrorPage, errorWords } from './web/error-page.tsx';
import { pageTitle } from './web/title.ts';
import { useNonce } from './web/nonce.ts';
import { useSiteFrame } from './web/site.ts';
import { siteFrame } from './web/site.server.ts';
import { defaultLocale } from './words/locales.ts';

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: stylesheet },
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
];

export const meta: MetaFunction<typeof loader> = ({ matches, data, error }) =>
  error ? pageTitle({ matches }, errorWords(error, data !== undefined).title) : [];

const nobodyToCall = { name: '', phone: '' };

export function loader(args: LoaderFunctionArgs) {
  return siteFrame(args);
}

export function Layout({ children }: { children: ReactNode }) {
  const frame = useSiteFrame();
  const locale = frame?.locale ?? defaultLocale;
  const nonce = useNonce();
  return (
    <html lang={locale} data-theme={frame?.theme ?? undefined}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <Meta />
        <Links />
      </head>
      <body>
        <WordsProvider locale={locale}>
          <FieldLabels>{children}</FieldLabels>
        </WordsProvider>
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function App() {
  return <Outlet />;
}

export function ErrorBoundary() {
  const frame = useSiteFrame();
  const { pathname } = useLocation();
  return (
    <PublicLayout
      viewer={frame?.viewer ?? null}
      facility={frame?.facility ?? nobodyToCall}
      demo={frame?.demo ?? false}
      actingFor={frame?.actingFor ?? null}
      actingScope={frame?.actingScope ?? null}
      path={pathname}
    >
      <ErrorPage />
    </PublicLayout>
  );
}
