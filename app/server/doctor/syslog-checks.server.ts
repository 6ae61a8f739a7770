import { X509Certificate } from 'node:crypto';
import { readCertificates } from '../syslog.server.ts';
import { StartRefusal } from '../start-refusal.ts';
import type { Configuration } from '../configuration.server.ts';
import { found, type Finding } from './finding.ts';

const aDay = 86_400_000;
const warnDays = 30;

/** The ports that listen for syslog, and the days that their certificates have left. */
export async function syslogFinding({ syslog }: Pick<Configuration, 'syslog'>, now: Date): Promise<Finding> {
  if (!syslog) return found('syslog', 'ok', 'off; SYSLOG_TLS_PORT turns it on');
  const udp = syslog.udp
    ? `UDP ${syslog.udp.port} from ${syslog.udp.from.join(', ')}, which proves no sender`
    : '';
  if (!syslog.tls) return found('syslog', 'warn', `${udp}; set SYSLOG_TLS_PORT, and let senders use it`);
  let files;
  try {
    files = await readCertificates(syslog.tls);
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    return found('syslog', 'fail', `${error.message} ${error.whatToDo}`);
  }
  const left = (pem: Buffer) =>
    Math.floor((Date.parse(new X509Certificate(pem).validTo) - now.getTime()) / aDay);
  const days = { certificate: left(files.certificate), authority: left(files.authorities) };
  const words = [
    `TLS ${syslog.tls.port}: its certificate has ${days.certificate} days left, the authority of senders ${days.authority}`,
    ...(udp ? [udp] : []),
  ].join('; ');
  const least = Math.min(days.certificate, days.authority);
  if (least < 0) return found('syslog', 'fail', `${words}; renew what has ended, and start again`);
  return found(
    'syslog',
    least < warnDays ? 'warn' : 'ok',
    least < warnDays ? `${words}; renew it in time` : words,
  );
}
