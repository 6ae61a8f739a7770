import { Body } from '@react-email/body';
import { Button } from '@react-email/button';
import { Container } from '@react-email/container';
import { Head } from '@react-email/head';
import { Heading } from '@react-email/heading';
import { Hr } from '@react-email/hr';
import { Html } from '@react-email/html';
import { Preview } from '@react-email/preview';
import { Text } from '@react-email/text';
import type { LetterKind } from '#app/notices/notices.ts';
import type { Locale } from '#app/words/locales.ts';
import type { MessageId, Words } from '#app/words/words.ts';

export interface NoticeProps {
  words: Words;
  locale: Locale;
  letter: LetterKind;
  subject: string;
  facility: { name: string; phone: string };
  /** The request's number, such as PV-7K3M; null when it is about no request. */
  reference: string | null;
  /** Opens a page and does nothing by itself. Null: the letter has no link. */
  link: string | null;
  /** When what it tells of happened, in words. */
  when: string;
  /** The code to type; null when the letter carries none. */
  code: string | null;
  /** Of a reminder: the last day, whether law or promise sets it, and the days left. Null: the letter says nothing of it. */
  due: string | null;
  /** Who did what, in words. Null: the letter says nothing of it. */
  told: string | null;
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
const small = { ...prose, color: color.muted, fontSize: '16px', lineHeight: '24px' };

const previews: Record<LetterKind, MessageId> = {
  message: 'mail.preview',
  account: 'mail.previewAccount',
  address: 'mail.previewCode',
  code: 'mail.previewCode',
  work: 'mail.previewWork',
  company: 'mail.previewCompany',
};
const linkWords: Record<LetterKind, MessageId> = {
  message: 'mail.open',
  account: 'mail.openAccount',
  address: 'mail.openPage',
  code: 'mail.openPage',
  work: 'mail.openWork',
  company: 'mail.openCompany',
};

/**
 * The one form of every notice: it says that there is something to read or that something changed, and where. Subject, preview and letter
 * hold no health facts, no company and no kind of request, for whoever reads over the shoulder.
 */
export function NoticeLetter({
  words,
  locale,
  letter,
  subject,
  facility,
  reference,
  link,
  when,
  code,
  due,
  told,
  title,
  body,
}: NoticeProps & { title: MessageId; body: MessageId }) {
  return (
    <Html lang={locale}>
      <Head>
        <title>{subject}</title>
        <meta name="color-scheme" content="light" />
      </Head>
      <Body style={{ ...font, backgroundColor: color.surface, margin: 0, padding: '24px 0' }}>
        <Preview>{words(previews[letter])}</Preview>
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
          {code && (
            <Text
              style={{
                ...prose,
                fontSize: '36px',
                lineHeight: '44px',
                fontWeight: 700,
                letterSpacing: '4px',
              }}
            >
              {code}
            </Text>
          )}
          {letter === 'account' && <Text style={prose}>{words('mail.when', { when })}</Text>}
          {letter === 'account' && (
            <Text style={{ ...prose, fontWeight: 600 }}>
              {words('mail.notYou', { phone: facility.phone })}
            </Text>
          )}
          {letter === 'code' && <Text style={prose}>{words('mail.codeNotYou')}</Text>}
          {told && <Text style={{ ...prose, fontWeight: 600 }}>{told}</Text>}
          {due && <Text style={{ ...prose, fontWeight: 600 }}>{due}</Text>}
          {reference && (
            <Text style={prose}>
              {words(letter === 'work' ? 'mail.referenceWork' : 'mail.reference', { reference })}
            </Text>
          )}
          {link && (
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
              {words(linkWords[letter])}
            </Button>
          )}
          <Hr style={{ borderColor: color.rule, margin: '32px 0 16px' }} />
          <Text style={{ ...small, margin: letter === 'work' ? 0 : small.margin }}>
            {words('mail.neverAsk')}
          </Text>
          {letter !== 'work' && (
            <Text style={{ ...small, margin: 0 }}>
              {words('mail.help', { facility: facility.name, phone: facility.phone })}
            </Text>
          )}
        </Container>
      </Body>
    </Html>
  );
}
