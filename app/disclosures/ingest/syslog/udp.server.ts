import { createSocket, type Socket } from 'node:dgram';
import ipaddr from 'ipaddr.js';
import type { Receiver } from './receiver.server.ts';
import type { Listener } from './tls.server.ts';

export interface UdpSettings {
  port: number;
  /** Networks in CIDR notation, from which datagrams are taken. */
  from: readonly string[];
}

/** Octets that the system keeps while we are busy, where it grants so many. */
const systemBuffer = 4 * 1_048_576;

/**
 * Syslog over UDP (RFC 5426): a datagram is a message. Nothing proves who sent it, since an address is easily forged, and nothing tells
 * a sender to wait: what comes from elsewhere, and what there is no room for, is dropped and counted.
 */
export async function listenUdp({ port, from }: UdpSettings, receiver: Receiver): Promise<Listener> {
  const networks = from.map((text) => networkIn(text));
  const socket = await bound(port);
  socket.on('error', () => receiver.count('failedDatagrams'));
  socket.on('message', (bytes, { address }) => {
    const sender = ipaddr.process(address.replace(/%.*$/, ''));
    if (!networks.some((network) => isWithin(sender, network))) receiver.count('refusedDatagrams');
    else if (!receiver.hasRoom()) receiver.count('droppedDatagrams');
    else {
      receiver.take({
        bytes,
        channel: 'syslogUdp',
        peer: { name: null, address: sender.toString(), fingerprint: null },
      });
    }
  });
  return {
    port: socket.address().port,
    stop: async () => {
      // One turn of the loop: what has arrived is read.
      await new Promise(setImmediate);
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** @throws when the text is neither a network nor an address */
export function networkIn(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isWithin(address: ReturnType<typeof ipaddr.process>, network: Network): boolean {
  return address.kind() === network[0].kind() && address.match(network);
}

/** Of both families, where the system has both. */
async function bound(port: number): Promise<Socket> {
  try {
    return await bind(createSocket({ type: 'udp6', ipv6Only: false, recvBufferSize: systemBuffer }), port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'EAFNOSUPPORT' && code !== 'EINVAL') throw error;
    return bind(createSocket({ type: 'udp4', recvBufferSize: systemBuffer }), port);
  }
}

function bind(socket: Socket, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
