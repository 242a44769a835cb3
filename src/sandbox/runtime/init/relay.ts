/**
 * Three things have to be copied, since only their bytes can be handed on: what goes through a terminal, a connection to a port
 * that a pod opened for itself only, and one to a port of this machine that leads into the pods' network. Each has a process of
 * its own, which ends with it.
 */
export const relay = String.raw`
# Copies both ways until the far side ends. Neither way waits for the other: who answers while it is still being told something
# would wait for us, and we for it. @param $end what to do once nothing more comes from the near side
sub copy_both_ways {
  my ($from_near, $to_near, $far, $end) = @_;
  my ($for_near, $for_far, $far_has_ended) = ('', '', 0);
  $_->blocking(0) for $to_near, $far;
  until ($far_has_ended && $for_near eq '') {
    my ($readable, $writable) = ('', '');
    vec($readable, fileno $far, 1) = 1 if !$far_has_ended && $for_near eq '';
    vec($readable, fileno $from_near, 1) = 1 if $from_near && $for_far eq '';
    vec($writable, fileno $to_near, 1) = 1 if $for_near ne '';
    vec($writable, fileno $far, 1) = 1 if $for_far ne '';
    next if select($readable, $writable, undef, undef) < 1;
    # A terminal says EIO once its last process has gone.
    if (vec($readable, fileno $far, 1)) { $far_has_ended = !read_some($far, \$for_near); }
    if (vec($writable, fileno $to_near, 1)) { write_some($to_near, \$for_near) or last; }
    if ($from_near) {
      my $goes_on = 1;
      if (vec($readable, fileno $from_near, 1)) { $goes_on = read_some($from_near, \$for_far); }
      if (vec($writable, fileno $far, 1)) { $goes_on = write_some($far, \$for_far); }
      if (!$goes_on) {
        ($from_near, $for_far) = (undef, '');
        $end->();
      }
    }
  }
}
# Each returns false once nothing more is to come, or to go.
sub read_some {
  my ($handle, $bytes) = @_;
  my $count = sysread($handle, $$bytes, 65536);
  return $count if defined $count;
  $$bytes = '';
  return $!{EINTR} || $!{EAGAIN};
}
sub write_some {
  my ($handle, $bytes) = @_;
  my $count = syswrite($handle, $$bytes);
  return $!{EINTR} || $!{EAGAIN} unless defined $count;
  substr($$bytes, 0, $count) = '';
  return 1;
}
sub open_terminal {
  sysopen(my $master, "$run/pts/ptmx", O_RDWR | O_NOCTTY) or die "cannot open a terminal: $!\n";
  my $unlocked = pack('i', 0);
  ioctl($master, TIOCSPTLCK, $unlocked) or die "cannot unlock a terminal: $!\n";
  my $number = pack('I', 0);
  ioctl($master, TIOCGPTN, $number) or die "cannot number a terminal: $!\n";
  return ($master, "$run/pts/" . unpack('I', $number));
}
sub resize_terminal {
  my ($master, $columns, $rows) = @_;
  my $size = pack('S4', $rows, $columns, 0, 0);
  ioctl($master, TIOCSWINSZ, $size);
}
# @return its process
sub relay_terminal {
  my ($id, $master, $has_input) = @_;
  my $pid = fork() // die "cannot fork: $!\n";
  return $pid if $pid;
  eval {
    $0 = 'devloop-sandbox terminal';
    my ($input, $output) = ($has_input ? open_pipe($id, 0, O_RDONLY) : undef, open_pipe($id, 1, O_WRONLY));
    keep_only(grep { defined } $input, $output, $master);
    copy_both_ways($input, $output, $master, sub {});
  };
  POSIX::_exit(0);
}
sub relay_connection {
  my ($id, $network, $port) = @_;
  $0 = 'devloop-sandbox connection';
  my ($input, $output) = (open_pipe($id, 0, O_RDONLY), open_pipe($id, 1, O_WRONLY));
  enter_namespace($network, CLONE_NEWNET);
  my $socket = connect_locally($port);
  return sub {
    keep_only($input, $output, $socket);
    copy_both_ways($input, $output, $socket, sub { shutdown($socket, 1); });
  };
}
# Listens on this machine, and leads to the same port of the node.
sub relay_port {
  my ($port) = @_;
  $0 = 'devloop-sandbox port';
  socket(my $listener, AF_INET, SOCK_STREAM, 0) or die "cannot open a socket: $!\n";
  setsockopt($listener, SOL_SOCKET, SO_REUSEADDR, 1);
  bind($listener, pack_sockaddr_in($port, INADDR_LOOPBACK)) && listen($listener, SOMAXCONN) or die "$!\n";
  return sub {
    keep_only($listener, $node_network);
    $SIG{CHLD} = 'IGNORE';
    while (1) {
      if (!accept(my $client, $listener)) { select(undef, undef, undef, 0.1); }
      elsif ((fork() // 1) == 0) { relay_client($client, $listener, $port); }
    }
  };
}
sub relay_client {
  my ($client, $listener, $port) = @_;
  close $listener;
  enter_namespace($node_network, CLONE_NEWNET);
  socket(my $socket, AF_INET, SOCK_STREAM, 0) or POSIX::_exit(1);
  if (connect($socket, pack_sockaddr_in($port, inet_aton($node_address)))) {
    setsockopt($_, Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1) for $client, $socket;
    copy_both_ways($client, $client, $socket, sub { shutdown($socket, 1); });
  }
  POSIX::_exit(0);
}
sub connect_locally {
  my ($port) = @_;
  for ([AF_INET, pack_sockaddr_in($port, INADDR_LOOPBACK)], [AF_INET6, pack_sockaddr_in6($port, IN6ADDR_LOOPBACK)]) {
    my ($family, $address) = @$_;
    next unless socket(my $socket, $family, SOCK_STREAM, 0);
    setsockopt($socket, Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1);
    return $socket if connect($socket, $address);
  }
  die "nothing listens on port $port: $!\n";
}
`
