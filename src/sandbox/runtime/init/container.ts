/** From a fresh process to the user's program: its namespaces, its root, its user, and the program itself. */
export const container = String.raw`
my @devices = qw(null zero full random urandom tty);
my %device_links = (
  ptmx => 'pts/ptmx', fd => '/proc/self/fd', stdin => '/proc/self/fd/0', stdout => '/proc/self/fd/1', stderr => '/proc/self/fd/2',
);
# With these root would change the machine itself.
my @host_settings = qw(proc/sys proc/sysrq-trigger);
# What container engines leave to root; whoever is not root has none of them.
my %kept_capabilities = map { $_ => 1 } (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31);

sub run_program {
  my ($id, $program) = @_;
  POSIX::setsid();
  open_stdio($id, $program);
  # Whoever started the sandbox may have ignored or blocked some, and that would be inherited.
  for my $signal (grep { !/^(?:KILL|STOP|NUM|RT|__)/ } keys %SIG) { $SIG{$signal} = 'DEFAULT'; }
  POSIX::sigprocmask(POSIX::SIG_SETMASK(), POSIX::SigSet->new());
  if (my $pod = $program->{pod}) { join_pod($pod); }
  if (my $container = $program->{container}) { enter_namespace($container->{mount}, CLONE_NEWNS); }
  elsif ($program->{root} ne '') { make_root($program); }
  make_folder($program->{cwd}) unless -d $program->{cwd};
  chdir($program->{cwd}) or die "cannot go to the working folder $program->{cwd}: $!\n";
  become_user($program) unless $program->{is_host};
  forget_owners() if $program->{keeps_user};
  umask(022);
  # The server's sockets are nobody else's.
  must('cannot close the files of others', 'close_range', 3, 0xffffffff, CLOSE_RANGE_CLOEXEC);
  execute($program->{command}, $program->{environment});
}

sub join_pod {
  my ($pod) = @_;
  enter_namespace($pod->{network}, CLONE_NEWNET);
  enter_namespace($pod->{hostname}, CLONE_NEWUTS);
  enter_namespace($pod->{ipc}, CLONE_NEWIPC);
}

sub open_stdio {
  my ($id, $program) = @_;
  if (my $terminal = $program->{terminal}) {
    sysopen(my $slave, $terminal, O_RDWR) or die "cannot open $terminal: $!\n";
    ioctl($slave, TIOCSCTTY, 0) or die "cannot take the terminal: $!\n";
    chown($program->{user}, -1, $terminal);
    for my $number (0 .. 2) { POSIX::dup2(fileno $slave, $number); }
    return;
  }
  my $input;
  if ($program->{has_input}) { $input = open_pipe($id, 0, O_RDONLY); }
  else { sysopen($input, '/dev/null', O_RDONLY) or die "cannot open /dev/null: $!\n"; }
  POSIX::dup2(fileno $input, 0);
  for my $number (1, 2) {
    my $output = open_pipe($id, $number, O_WRONLY);
    # A program may open its own output again by /proc/self/fd, as this user.
    chown($program->{user}, $program->{group}, $output);
    POSIX::dup2(fileno $output, $number);
  }
}

sub make_root {
  my ($program) = @_;
  my $root = $program->{root};
  must('cannot make a mount namespace', 'unshare', CLONE_NEWNS);
  chdir($program->{layers_folder}) or die "cannot go to $program->{layers_folder}: $!\n";
  for my $overlay (@{$program->{overlays}}) {
    my ($place, $options) = @$overlay;
    must("cannot mount the overlay of $place", 'mount', 'overlay', "$root$place", 'overlay', 0, $options);
  }
  chdir($root) or die "cannot go to $root: $!\n";
  # The kernel lets a user namespace mount /proc only while it still sees another one.
  must('cannot mount /proc', 'mount', 'proc', 'proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
  must('cannot mount /dev', 'mount', 'tmpfs', 'dev', 'tmpfs', MS_NOSUID, 'mode=755,size=64k');
  my @binds = (
    (map { { tree => open_tree("/dev/$_"), target => "/dev/$_", kind => 'file' } } @devices),
    { tree => open_tree("$run/pts"), target => '/dev/pts', kind => 'folder' },
    { tree => open_tree('/sys', 1), target => '/sys', kind => 'folder' },
    (map { { tree => open_tree($_, 1), target => "/$_", kind => -d $_ ? 'folder' : 'file' } } grep { -e } @host_settings),
    # Before the volumes, of which one may take its place.
    (map { { tree => open_tree($_->{memory}), target => '/dev/shm', kind => 'folder' } } grep { $_ } $program->{pod}),
    map { { tree => open_tree($_->{source}, $_->{is_read_only}), target => $_->{target}, kind => -d $_->{source} ? 'folder' : 'file' } }
      @{$program->{binds}},
  );
  must('cannot change the root', 'pivot_root', '.', '.');
  must('cannot leave the old root', 'umount2', '.', MNT_DETACH);
  chdir('/');
  for my $name (keys %device_links) { symlink($device_links{$name}, "/dev/$name"); }
  for my $bind (@binds) { attach_tree($bind); }
  return unless $program->{is_root_read_only};
  for my $overlay (@{$program->{overlays}}) { make_read_only(AT_FDCWD, $overlay->[0], 0); }
}
sub open_tree {
  my ($source, $is_read_only) = @_;
  my $tree = call('open_tree', AT_FDCWD, $source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  die "cannot mount $source: $!\n" if $tree == -1;
  make_read_only($tree, '', AT_EMPTY_PATH | AT_RECURSIVE) if $is_read_only;
  return $tree;
}
sub make_read_only {
  my ($tree, $path, $flags) = @_;
  my $attributes = pack('Q4', MOUNT_ATTR_RDONLY, 0, 0, 0);
  must('cannot make a mount read-only', 'mount_setattr', $tree, $path, $flags, $attributes, length $attributes);
}
sub attach_tree {
  my ($bind) = @_;
  my $target = $bind->{target};
  if ($bind->{kind} eq 'folder') { make_folder($target); }
  elsif (!-e $target) {
    make_folder($target =~ s{/[^/]*$}{}r);
    sysopen(my $file, $target, O_WRONLY | O_CREAT) or die "cannot make $target to mount on: $!\n";
  }
  must("cannot mount on $target", 'move_mount', $bind->{tree}, '', AT_FDCWD, $target, MOVE_MOUNT_F_EMPTY_PATH);
  POSIX::close($bind->{tree});
}
sub make_folder {
  my ($path) = @_;
  my $made = '';
  for my $name (grep { length } split m{/}, $path) {
    $made .= "/$name";
    next if -d $made || mkdir($made, 0755);
    die "cannot make the folder $made: $!\n";
  }
}

sub become_user {
  my ($program) = @_;
  for my $capability (grep { !$kept_capabilities{$_} } 0 .. 40) { call('prctl', PR_CAPBSET_DROP, $capability, 0, 0, 0); }
  return if $program->{keeps_user};
  my @groups = @{$program->{groups}};
  must('cannot set the groups', 'setgroups', scalar @groups, pack('L*', @groups));
  POSIX::setgid($program->{group}) or die "cannot become group $program->{group}: $!\n";
  POSIX::setuid($program->{user}) or die "cannot become user $program->{user}: $!\n";
}

# Where there is one user only, the kernel refuses to make files, or a process, another's. For the program that makes no difference,
# as for USER and --chown: it is told that it was done. The filter goes through the numbers of system calls; on a kernel
# without filters all is as the kernel has it.
sub forget_owners {
  my ($kind, @calls) = @{$owner_calls{$machine}};
  my ($load, $is_equal, $return) = (0x20, 0x15, 0x06);
  my ($number_at, $kind_at, $allow, $done) = (0, 4, 0x7fff0000, 0x50000);
  my @filter = (
    [$load, 0, 0, $kind_at], [$is_equal, 0, @calls + 1, $kind],
    [$load, 0, 0, $number_at], (map { [$is_equal, @calls - $_, 0, $calls[$_]] } 0 .. $#calls),
    [$return, 0, 0, $allow], [$return, 0, 0, $done],
  );
  my $filter = join '', map { pack('SCCL', @$_) } @filter;
  call('prctl', PR_SET_SECCOMP, 2, pack('Sx6P', scalar @filter, $filter), 0, 0);
}

# As engines do, and unlike a shell: a file without a first line that names its interpreter is no program.
sub execute {
  my ($command, $environment) = @_;
  my $name = $command->[0];
  my ($path) = map { /^PATH=(.*)/s ? $1 : () } @$environment;
  my @candidates = $name =~ m{/} ? ($name) : map { ($_ eq '' ? '.' : $_) . "/$name" } split(/:/, $path // '', -1);
  my $arguments = pack('p*', @$command, undef);
  my $variables = pack('p*', @$environment, undef);
  my $refusal;
  for my $candidate (@candidates) {
    call('execve', $candidate, $arguments, $variables);
    next if $!{ENOENT} || $!{ENOTDIR};
    # In the words of other runtimes, which begin with a small letter.
    $refusal = "exec: \"$name\": " . lcfirst("$!");
    last unless $!{EACCES};
  }
  die "not-executable|$refusal\n" if $refusal;
  die $name =~ m{/} ? "not-found|exec: \"$name\": stat $name: no such file or directory\n"
    : "not-found|exec: \"$name\": executable file not found in \$PATH\n";
}
`
