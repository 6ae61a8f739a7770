import { Body, Button, Container, Head, Heading, Hr, Html, Preview, Text } from '@react-email/components';
import type { Locale } from '#app/words/locales.ts';
import type { MessageId, Words } from '#app/words/words.ts';

export interface NoticeProps {
  words: Words;
  locale: Locale;
  facility: { name: string; phone: string };
  /** The request's number, such as PV-7K3M. */
  reference: string;
  /** Opens a page and does nothing by itself. */
  link: string;
}

// The light values of app/styles/tokens.css; mail readers know no custom properties.
const color = {
  bg: '#ffffff',
  surface: '#f2f5f7',
  text: '#16222c',
  muted: '#475765',
  act: '#0b5a6f',
  rule: '#d5dde3',
};
const font = { fontFamily: "'Atkinson Hyperlegible Next', system-ui, -apple-system, 'Segoe UI', sans-serif" };
const prose = { ...font, color: color.text, fontSize: '18px', lineHeight: '28px', margin: '0 0 16px' };

/**
 * The one form of every notice: it says that there is something to read, and where. Subject, preview and letter hold no health
 * facts, no company and no kind of request, for whoever reads over the shoulder.
 */
export function NoticeLetter({
  words,
  locale,
  facility,
  reference,
  link,
  title,
  body,
}: NoticeProps & { title: MessageId; body: MessageId }) {
  return (
    <Html lang={locale}>
      <Head>
        <title>{words('mail.subject', { facility: facility.name })}</title>
        <meta name="color-scheme" content="light" />
      </Head>
      <Body style={{ ...font, backgroundColor: color.surface, margin: 0, padding: '24px 0' }}>
        <Preview>{words('mail.preview')}</Preview>
        <Container
          style={{ backgroundColor: color.bg, maxWidth: '600px', padding: '32px 24px', borderRadius: '4px' }}
        >
          <Text style={{ ...prose, color: color.muted, fontSize: '16px' }}>{facility.name}</Text>
          <Heading
            as="h1"
            style={{ ...font, color: color.text, fontSize: '28px', lineHeight: '34px', margin: '0 0 16px' }}
          >
            {words(title)}
          </Heading>
          <Text style={prose}>{words(body)}</Text>
          <Text style={prose}>{words('mail.reference', { reference })}</Text>
          <Button
            href={link}
            style={{
              ...font,
              backgroundColor: color.act,
              borderRadius: '4px',
              color: '#ffffff',
              fontSize: '18px',
              fontWeight: 600,
              lineHeight: '24px',
              padding: '12px 20px',
            }}
          >
            {words('mail.open')}
          </Button>
          <Hr style={{ borderColor: color.rule, margin: '32px 0 16px' }} />
          <Text style={{ ...prose, color: color.muted, fontSize: '16px', lineHeight: '24px' }}>
            {words('mail.neverAsk')}
          </Text>
          <Text style={{ ...prose, color: color.muted, fontSize: '16px', lineHeight: '24px', margin: 0 }}>
            {words('mail.help', { facility: facility.name, phone: facility.phone })}
          </Text>
        </Container>
      </Body>
    </Html>
  );
}
