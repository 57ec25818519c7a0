import { networkInterfaces } from 'node:os';

/** Networks that containers and virtual machines make for themselves; no phone is on them. */
const virtualInterface = /^(docker|br-|veth|virbr|vmnet|vboxnet|utun|tun|tap|zt|wg|tailscale)/;

/** This computer's IPv4 addresses on real networks, home and office ranges first. */
export function lanAddresses(): string[] {
  const found = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    virtualInterface.test(name)
      ? []
      : addresses
          .filter(({ family, internal }) => family === 'IPv4' && !internal)
          .map(({ address }) => address),
  );
  return found
    .filter((address) => !address.startsWith('169.254.'))
    .toSorted((a, b) => rank(a) - rank(b));
}

function rank(address: string): number {
  if (address.startsWith('192.168.')) return 0;
  if (address.startsWith('10.')) return 1;
  return /^172\.(1[6-9]|2\d|3[01])\./.test(address) ? 2 : 3;
}
