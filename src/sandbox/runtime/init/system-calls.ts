/**
 * What Perl's core has no function for: the system calls of namespaces and mounts. Their numbers are those of the kernel's
 * tables for the two kinds of machine that the sandbox runs on; the newer ones are the same on both.
 */
export const systemCalls = String.raw`
my %numbers = (
  x86_64 => {
    mount => 165, umount2 => 166, pivot_root => 155, unshare => 272, setns => 308,
    sethostname => 170, execve => 59, prctl => 157, setgroups => 116,
  },
  aarch64 => {
    mount => 40, umount2 => 39, pivot_root => 41, unshare => 97, setns => 268,
    sethostname => 161, execve => 221, prctl => 167, setgroups => 159,
  },
);
# Whom files belong to, and who a process is; and the kind of machine whose calls have these numbers.
my %owner_calls = (
  x86_64 => [0xc000003e, 92, 93, 94, 105, 106, 113, 114, 116, 117, 119, 122, 123, 260],
  aarch64 => [0xc00000b7, 54, 55, 143, 144, 145, 146, 147, 149, 151, 152, 159],
);
my $machine = (POSIX::uname())[4];
my $numbers_here = $numbers{$machine} or die "the sandbox does not know the system calls of a machine of kind $machine\n";
my %number = (%$numbers_here, open_tree => 428, move_mount => 429, close_range => 436, mount_setattr => 442);

use constant {
  MS_RDONLY => 1, MS_NOSUID => 2, MS_NODEV => 4, MS_NOEXEC => 8, MNT_DETACH => 2,
  CLONE_NEWNS => 0x20000, CLONE_NEWUTS => 0x4000000, CLONE_NEWIPC => 0x8000000,
  CLONE_NEWPID => 0x20000000, CLONE_NEWNET => 0x40000000,
  AT_FDCWD => -100, AT_EMPTY_PATH => 0x1000, AT_RECURSIVE => 0x8000,
  OPEN_TREE_CLONE => 1, OPEN_TREE_CLOEXEC => 0x80000, MOVE_MOUNT_F_EMPTY_PATH => 4, MOUNT_ATTR_RDONLY => 1,
  PR_SET_SECCOMP => 22, PR_CAPBSET_DROP => 24, CLOSE_RANGE_CLOEXEC => 4,
  TIOCSCTTY => 0x540e, TIOCSWINSZ => 0x5414, TIOCSPTLCK => 0x40045431, TIOCGPTN => 0x80045430,
  SIOCGIFINDEX => 0x8933,
};

# The copies are what the kernel may write to; numbers must be numbers, for Perl passes strings as pointers.
sub call {
  my ($name, @arguments) = @_;
  return syscall($number{$name}, @arguments);
}
sub must {
  my ($purpose, $name, @arguments) = @_;
  my $result = call($name, @arguments);
  die "$purpose: $!\n" if $result == -1;
  return $result;
}
sub open_namespace {
  my ($path) = @_;
  sysopen(my $handle, $path, O_RDONLY) or die "cannot open $path: $!\n";
  return $handle;
}
sub enter_namespace {
  my ($handle, $kind) = @_;
  must('cannot enter a namespace', 'setns', fileno($handle), $kind);
}
sub write_all {
  my ($handle, $bytes) = @_;
  for (my $sent = 0; $sent < length $bytes;) {
    my $count = syswrite($handle, $bytes, length($bytes) - $sent, $sent);
    if (defined $count) { $sent += $count; }
    elsif (!$!{EINTR}) { return 0; }
  }
  return 1;
}
# A process that runs on in this program must not hold open what belongs to others.
sub keep_only {
  my %kept = map { fileno($_) => 1 } @_;
  opendir(my $folder, '/proc/self/fd') or die "cannot read /proc/self/fd: $!\n";
  for my $number (grep { /^\d+$/ && $_ > 2 && !$kept{$_} } readdir $folder) { POSIX::close($number); }
}
`
