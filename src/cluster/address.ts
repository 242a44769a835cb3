import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** The host of a server's URL, without the brackets of an IPv6 address; `undefined` where it is no URL. */
export function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : undefined
}

/** Whether a host can only be this machine. `0.0.0.0` is what k3d writes for its published port. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || contains(loopback, host)
}

/** Whether a host is an address of a private network, such as that of a virtual machine on this machine. */
export function isPrivate(host: string): boolean {
  return contains(privateNetworks, host)
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('0.0.0.0', 'ipv4')
loopback.addAddress('::1', 'ipv6')

// RFC 1918, RFC 3927, RFC 4193, RFC 4291.
const privateNetworks = new BlockList()
privateNetworks.addSubnet('10.0.0.0', 8, 'ipv4')
privateNetworks.addSubnet('172.16.0.0', 12, 'ipv4')
privateNetworks.addSubnet('192.168.0.0', 16, 'ipv4')
privateNetworks.addSubnet('169.254.0.0', 16, 'ipv4')
privateNetworks.addSubnet('fc00::', 7, 'ipv6')
privateNetworks.addSubnet('fe80::', 10, 'ipv6')

function contains(list: BlockList, host: string): boolean {
  if (isIPv4(host)) return list.check(host, 'ipv4')
  return isIPv6(host) && list.check(host, 'ipv6')
}
