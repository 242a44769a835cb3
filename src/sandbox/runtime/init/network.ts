/**
 * Addresses and links, by the kernel's own protocol (rtnetlink): a bare machine has no ip command. Each function works in the
 * network namespace in which its socket was opened.
 */
export const network = String.raw`
use constant {
  RTM_NEWLINK => 16, RTM_NEWADDR => 20, RTM_NEWROUTE => 24,
  NLM_F_REQUEST => 1, NLM_F_ACK => 4, NLM_F_CREATE => 0x400,
  IFF_UP => 1, IFLA_IFNAME => 3, IFLA_MASTER => 10, IFLA_LINKINFO => 18, IFLA_NET_NS_FD => 28,
  IFLA_INFO_KIND => 1, IFLA_INFO_DATA => 2, VETH_INFO_PEER => 1,
  IFA_ADDRESS => 1, IFA_LOCAL => 2, RTA_DST => 1, RTA_OIF => 4, RTA_GATEWAY => 5,
  RT_TABLE_MAIN => 254, RT_TABLE_LOCAL => 255, RT_SCOPE_HOST => 254, RTN_UNICAST => 1, RTN_LOCAL => 2,
  RTPROT_BOOT => 3, AF_NETLINK => 16,
};
my $loopback = 1;

sub open_netlink {
  socket(my $socket, AF_NETLINK, SOCK_RAW, 0) or die "cannot open a netlink socket: $!\n";
  return $socket;
}
sub ask_kernel {
  my ($socket, $purpose, $type, $flags, $body) = @_;
  my $header = pack('LSSLL', 16 + length $body, $type, NLM_F_REQUEST | NLM_F_ACK | $flags, 1, 0);
  defined send($socket, $header . $body, 0) or die "$purpose: $!\n";
  defined recv($socket, my $answer, 8192, 0) or die "$purpose: $!\n";
  my $error = unpack('x16 l', $answer);
  return if $error == 0;
  $! = -$error;
  die "$purpose: $!\n";
}
sub attribute {
  my ($type, $value) = @_;
  my $length = 4 + length $value;
  return pack('SS', $length, $type) . $value . "\0" x (-$length & 3);
}
sub link_body {
  my ($index, $is_up, @attributes) = @_;
  return pack('CxSlLL', 0, 0, $index, $is_up, $is_up) . join '', @attributes;
}
sub name_attribute { return attribute(IFLA_IFNAME, "$_[0]\0"); }
sub link_index {
  my ($name) = @_;
  socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "cannot open a socket: $!\n";
  my $request = pack('a16 x24', $name);
  ioctl($socket, SIOCGIFINDEX, $request) or die "there is no link $name: $!\n";
  return unpack('x16 i', $request);
}
sub bring_up {
  my ($socket, $index) = @_;
  ask_kernel($socket, 'cannot bring a link up', RTM_NEWLINK, 0, link_body($index, IFF_UP));
}
sub add_address {
  my ($socket, $index, $address, $prefix) = @_;
  my $bytes = inet_aton($address);
  ask_kernel($socket, "cannot take the address $address", RTM_NEWADDR, NLM_F_CREATE,
    pack('CCCCL', AF_INET, $prefix, 0, 0, $index) . attribute(IFA_LOCAL, $bytes) . attribute(IFA_ADDRESS, $bytes));
}
sub add_route {
  my ($socket, $table, $scope, $type, $prefix, @attributes) = @_;
  ask_kernel($socket, 'cannot add a route', RTM_NEWROUTE, NLM_F_CREATE,
    pack('CCCCCCCCL', AF_INET, $prefix, 0, 0, $table, RTPROT_BOOT, $scope, $type, 0) . join '', @attributes);
}

# The node's side: a bridge that pods are connected to, and all service addresses as its own.
sub make_node_network {
  my ($bridge, $address, $prefix, $services, $services_prefix) = @_;
  my $socket = open_netlink();
  bring_up($socket, $loopback);
  ask_kernel($socket, "cannot make the bridge $bridge", RTM_NEWLINK, NLM_F_CREATE,
    link_body(0, IFF_UP, name_attribute($bridge), attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, 'bridge'))));
  add_address($socket, link_index($bridge), $address, $prefix);
  add_route($socket, RT_TABLE_LOCAL, RT_SCOPE_HOST, RTN_LOCAL, $services_prefix,
    attribute(RTA_DST, inet_aton($services)), attribute(RTA_OIF, pack('L', $loopback)));
}
# A cable between the node's bridge and the namespace in which the caller is. @param $node a socket of the node's side
sub make_pod_network {
  my ($node, $bridge_index, $link, $address, $prefix, $gateway) = @_;
  my $here = open_namespace('/proc/self/ns/net');
  my $peer = attribute(VETH_INFO_PEER,
    link_body(0, 0, name_attribute('eth0'), attribute(IFLA_NET_NS_FD, pack('L', fileno $here))));
  ask_kernel($node, "cannot make the link $link", RTM_NEWLINK, NLM_F_CREATE,
    link_body(0, IFF_UP, name_attribute($link), attribute(IFLA_MASTER, pack('L', $bridge_index)),
      attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, 'veth') . attribute(IFLA_INFO_DATA, $peer))));
  my $socket = open_netlink();
  bring_up($socket, $loopback);
  my $index = link_index('eth0');
  add_address($socket, $index, $address, $prefix);
  bring_up($socket, $index);
  # No other way out: what is elsewhere is unreachable at once.
  add_route($socket, RT_TABLE_MAIN, 0, RTN_UNICAST, $services_prefix,
    attribute(RTA_DST, inet_aton($services)), attribute(RTA_GATEWAY, inet_aton($gateway)));
  # As container engines do: an image's user may listen on port 80.
  if (open(my $setting, '>', '/proc/sys/net/ipv4/ip_unprivileged_port_start')) { syswrite($setting, '0'); }
}
`
