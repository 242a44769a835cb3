/** The first process of the sandbox: carries out what the server asks, and tells of every end. */
export const loop = String.raw`
my (%pods, %processes, %id_of_pid, %guards, %removals);
my $buffer = '';
my ($wake_read, $wake_write);

sub send_message {
  my $body = join "\0", @_;
  # Without a server there is nothing left to do, and with this process everything ends.
  write_all($control, pack('N', length $body) . $body) or POSIX::_exit(0);
}

my %actions = (
  pod => \&make_pod,
  'remove-pod' => \&remove_pod,
  pipes => \&make_pipes,
  start => \&start_program,
  # Only here are there the rights to remove what containers made.
  remove => sub {
    my ($request, $folder) = @_;
    my $pid = fork() // return send_message('failed', $request, "cannot fork: $!");
    if (!$pid) { exec('rm', '-rf', $folder) or POSIX::_exit(127); }
    $removals{$pid} = $request;
  },
  dial => \&start_connection,
  kill => sub {
    my ($request, $id, $signal) = @_;
    my $process = $processes{$id};
    kill($signal, $process->{pid}) if $process;
    send_message('done', $request);
  },
  resize => sub {
    my ($request, $id, $columns, $rows) = @_;
    my $process = $processes{$id};
    resize_terminal($process->{terminal}, $columns, $rows) if $process && $process->{terminal};
    send_message('done', $request);
  },
);

# Forks a process that does something in other namespaces, and waits for its word; @param $take is called while it still is there.
sub do_aside {
  my ($work, $take) = @_;
  pipe(my $word_read, my $word_write) or die "cannot make a pipe: $!\n";
  pipe(my $leave_read, my $leave_write) or die "cannot make a pipe: $!\n";
  my $pid = fork() // die "cannot fork: $!\n";
  if (!$pid) {
    close $leave_write;
    syswrite($word_write, eval { $work->(); 1 } ? '' : $@);
    close $word_write;
    sysread($leave_read, my $nothing, 1);
    POSIX::_exit(0);
  }
  close $word_write;
  my $failure = do { local $/; <$word_read> } // '';
  my @taken = $failure eq '' ? $take->($pid) : ();
  close $leave_write;
  waitpid($pid, 0);
  die $failure if $failure ne '';
  return @taken;
}

sub make_pod {
  my ($request, $id, $hostname, $link, $address, $prefix, $gateway) = @_;
  my $failure = eval {
    my @namespaces = do_aside(sub {
      enter_namespace($node_network, CLONE_NEWNET);
      my ($node, $bridge_index) = (open_netlink(), link_index($bridge));
      must('cannot make the namespaces of a pod', 'unshare', CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC);
      must('cannot set the name of the host', 'sethostname', $hostname, length $hostname);
      make_pod_network($node, $bridge_index, $link, $address, $prefix, $gateway);
    }, sub { my ($pid) = @_; return map { open_namespace("/proc/$pid/ns/$_") } qw(net uts ipc); });
    my $memory = "$run/memory/$id";
    mkdir($memory, 0755) or die "cannot make $memory: $!\n";
    must('cannot mount the shared memory of a pod', 'mount', 'tmpfs', $memory, 'tmpfs', MS_NOSUID | MS_NODEV | MS_NOEXEC, 'mode=1777,size=64m');
    $pods{$id} = { network => $namespaces[0], hostname => $namespaces[1], ipc => $namespaces[2], memory => $memory };
    '';
  } // $@;
  $failure eq '' ? send_message('done', $request) : send_message('failed', $request, $failure);
}

sub remove_pod {
  my ($request, $id) = @_;
  if (my $pod = delete $pods{$id}) {
    call('umount2', $pod->{memory}, MNT_DETACH);
    rmdir($pod->{memory});
  }
  send_message('done', $request);
}

# The server opens its ends before the program starts; until then these handles keep the pipes from looking closed.
sub make_pipes {
  my ($request, $id, @numbers) = @_;
  my $failure = eval {
    for my $number (@numbers) {
      POSIX::mkfifo("$run/pipes/$id.$number", 0600) or die "cannot make a pipe: $!\n";
      push @{$guards{$id}}, open_pipe($id, $number, O_RDWR);
    }
    '';
  } // $@;
  if ($failure eq '') { send_message('done', $request); }
  else {
    drop_pipes($id);
    send_message('failed', $request, $failure);
  }
}
sub open_pipe {
  my ($id, $number, $mode) = @_;
  sysopen(my $pipe, "$run/pipes/$id.$number", $mode) or die "cannot open a pipe: $!\n";
  return $pipe;
}
sub drop_pipes {
  my ($id) = @_;
  delete $guards{$id};
  unlink map { "$run/pipes/$id.$_" } 0 .. 2;
}

sub take_list {
  my ($fields) = @_;
  return [splice @$fields, 0, shift @$fields];
}
sub start_program {
  my ($request, $id, @fields) = @_;
  my ($pod, $container, $root, $layers_folder, $cwd, $user, $group) = splice @fields, 0, 7;
  my ($keeps_user, $is_root_read_only, $has_input, $has_terminal) = splice @fields, 0, 4;
  my @lists = map { take_list(\@fields) } 1 .. 5;
  my ($groups, $command, $environment, $overlays, $binds) = @lists;
  my $program = {
    pod => $pod eq '' ? undef : $pods{$pod},
    container => $container eq '' ? undef : $processes{$container},
    is_host => $container eq '' && $root eq '', root => $root, layers_folder => $layers_folder, cwd => $cwd, user => 0 + $user, group => 0 + $group,
    groups => [map { 0 + $_ } @$groups],
    keeps_user => $keeps_user, is_root_read_only => $is_root_read_only, has_input => $has_input,
    command => $command, environment => $environment,
    overlays => [map { [$overlays->[2 * $_], $overlays->[2 * $_ + 1]] } 0 .. $#$overlays / 2],
    binds => [map { { source => $binds->[3 * $_], target => $binds->[3 * $_ + 1], is_read_only => $binds->[3 * $_ + 2] } } 0 .. $#$binds / 3],
  };
  my $failure = eval {
    die "the pod has gone\n" if $pod ne '' && !$program->{pod};
    die "the container has ended\n" if $container ne '' && !($program->{container} && $program->{container}{mount});
    my $terminal;
    if ($has_terminal) {
      ($terminal, $program->{terminal}) = open_terminal();
      relay_terminal($id, $terminal, $has_input);
    }
    if ($program->{container}) { enter_namespace($program->{container}{processes}, CLONE_NEWPID); }
    else { must('cannot make a namespace of processes', 'unshare', CLONE_NEWPID); }
    begin($request, $id, { terminal => $terminal, is_container => !$program->{container} }, sub { run_program($id, $program); });
    '';
  } // $@;
  # It concerns only the children, and must not concern the next one.
  enter_namespace($own_processes, CLONE_NEWPID);
  return if $failure eq '';
  drop_pipes($id);
  send_message('failed', $request, $failure);
}
sub start_connection {
  my ($request, $id, $pod, $port) = @_;
  my $network = $pods{$pod} && $pods{$pod}{network};
  my $failure = eval {
    die "the pod has gone\n" unless $network;
    begin($request, $id, {}, sub { return relay_connection($id, $network, $port); });
    '';
  } // $@;
  return if $failure eq '';
  drop_pipes($id);
  send_message('failed', $request, $failure);
}

# @param $work runs a program in the place of this one, or returns what is to be done after it was said that all is well
sub begin {
  my ($request, $id, $process, $work) = @_;
  pipe(my $status_read, my $status_write) or die "cannot make a pipe: $!\n";
  my $pid = fork() // die "cannot fork: $!\n";
  if (!$pid) {
    my $next = eval { $work->() };
    if ($@) {
      syswrite($status_write, $@);
      POSIX::_exit(127);
    }
    close $status_write;
    $next->();
  }
  close $status_write;
  $processes{$id} = { %$process, pid => $pid, request => $request, status => $status_read };
  $id_of_pid{$pid} = $id;
}
# Its program runs, or it never will.
sub finish_start {
  my ($id) = @_;
  my $process = $processes{$id};
  my $status = delete $process->{status} or return;
  my $failure = do { local $/; <$status> } // '';
  drop_pipes($id);
  if ($failure eq '' && $process->{is_container}) {
    # It may have ended already, and then nobody can enter it.
    $process->{$_->[0]} = eval { open_namespace("/proc/$process->{pid}/ns/$_->[1]") } for ['mount', 'mnt'], ['processes', 'pid'];
  }
  if ($failure eq '') { send_message('done', $process->{request}); }
  else {
    $process->{has_failed} = 1;
    send_message('failed', $process->{request}, $failure);
  }
}
sub reap {
  while ((my $pid = waitpid(-1, POSIX::WNOHANG())) > 0) {
    my $status = $?;
    POSIX::_exit($status & 127 ? 128 + ($status & 127) : $status >> 8) if $server && $pid == $server;
    if (my $request = delete $removals{$pid}) {
      $status == 0 ? send_message('done', $request) : send_message('failed', $request, "rm ended with $status");
      next;
    }
    my $id = delete $id_of_pid{$pid} or next;
    finish_start($id);
    my $process = delete $processes{$id};
    send_message('exited', $id, $status >> 8, $status & 127) unless $process->{has_failed};
  }
}

sub take_messages {
  my $count = sysread($control, $buffer, 65536, length $buffer);
  return if !defined $count && $!{EINTR};
  POSIX::_exit(0) if !$count;
  while (length $buffer >= 4) {
    my $length = unpack('N', $buffer);
    last if length $buffer < 4 + $length;
    my ($verb, @fields) = split /\0/, substr($buffer, 4, $length), -1;
    substr($buffer, 0, 4 + $length) = '';
    $actions{$verb}->(@fields);
  }
}

sub read_map {
  my ($kind) = @_;
  open(my $map, '<', "/proc/self/" . $kind . '_map') or die "cannot read which users there are: $!\n";
  local $/;
  return scalar <$map>;
}
sub serve {
  pipe($wake_read, $wake_write) or die "cannot make a pipe: $!\n";
  $SIG{CHLD} = sub { syswrite($wake_write, '.'); };
  $SIG{PIPE} = 'IGNORE';
  # What ended before somebody listened.
  syswrite($wake_write, '.');
  send_message('ready', read_map('uid'), read_map('gid'));
  while (1) {
    my $readable = '';
    vec($readable, fileno $_, 1) = 1 for $control, $wake_read, map { $_->{status} // () } values %processes;
    next if select($readable, undef, undef, undef) < 1;
    for my $id (keys %processes) {
      my $status = $processes{$id}{status};
      finish_start($id) if $status && vec($readable, fileno $status, 1);
    }
    if (vec($readable, fileno $wake_read, 1)) {
      sysread($wake_read, my $nothing, 4096);
      reap();
    }
    take_messages() if vec($readable, fileno $control, 1);
  }
}
`
