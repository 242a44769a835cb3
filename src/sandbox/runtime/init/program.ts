import { container } from './container.ts'
import { loop } from './loop.ts'
import { network } from './network.ts'
import { relay } from './relay.ts'
import { systemCalls } from './system-calls.ts'

/**
 * The sandbox's first process, in Perl: only a program of one thread can enter namespaces, which Node is not, and of the
 * languages with system calls Perl is the one that is part of every Debian and Ubuntu (`perl-base`). It starts all processes
 * of containers, keeps their namespaces, and is the parent of orphans. It stays in the network of the host, so that steps of
 * a build have it too; the server, which it starts, is in the network of the pods.
 *
 * Arguments: the run folder, the bridge's name, the node's address and its prefix, the services' network and its prefix;
 * then, if it is to start the server, the server's command, which gets the control socket's number in
 * `DEVLOOP_SANDBOX_CONTROL`; without one file descriptor 3 is that socket.
 *
 * A message is its length (32 bits, big-endian) and its fields, separated by NUL; lists come with their length before them.
 */
export const initProgram = `
use strict;
use warnings;
use POSIX ();
use Socket qw(:DEFAULT :addrinfo pack_sockaddr_in6 IN6ADDR_LOOPBACK AF_INET6);
use Fcntl;
use Errno;

my ($run, $bridge, $node_address, $node_prefix, $services, $services_prefix, @server_command) = @ARGV;
my ($control, $server, $node_network, $own_processes);
$0 = 'devloop-sandbox init';
${systemCalls}
${network}
${relay}
${container}
${loop}
${String.raw`
sub make_mount_points {
  # Here and not by the launcher: it may not remove files of users whom only this namespace has.
  system('rm', '-rf', map { "$run/$_" } qw(pipes pts memory containers host));
  for my $name (qw(pipes pts memory containers)) { mkdir("$run/$name", 0700) or die "cannot make $run/$name: $!\n"; }
  must('cannot mount terminals', 'mount', 'devpts', "$run/pts", 'devpts', MS_NOSUID | MS_NOEXEC, 'newinstance,ptmxmode=0666,mode=0620');
  chmod(0755, "$run/pts");
  return if can_be_upper("$run/containers");
  # Where the file system is an overlay itself, as in a container, what containers write stays in memory.
  must('cannot mount a tmpfs', 'mount', 'tmpfs', "$run/containers", 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=700');
}
sub can_be_upper {
  my ($folder) = @_;
  my @folders = map { "$folder/.try-$_" } qw(lower upper work root);
  mkdir($_, 0700) for @folders;
  my ($lower, $upper, $work, $root) = @folders;
  my $can = eval {
    do_aside(sub {
      must('cannot make a mount namespace', 'unshare', CLONE_NEWNS);
      chdir($folder);
      must('cannot mount an overlay', 'mount', 'overlay', '.try-root', 'overlay', 0,
        'userxattr,lowerdir=.try-lower,upperdir=.try-upper,workdir=.try-work');
    }, sub {});
    1;
  };
  rmdir("$work/work");
  rmdir($_) for @folders;
  return $can;
}
sub start_server {
  socketpair($control, my $theirs, AF_UNIX, SOCK_STREAM, 0) or die "cannot make a socket: $!\n";
  $server = fork() // die "cannot fork: $!\n";
  if ($server) { return; }
  enter_namespace($node_network, CLONE_NEWNET);
  fcntl($theirs, F_SETFD, 0);
  $ENV{DEVLOOP_SANDBOX_CONTROL} = fileno $theirs;
  exec { $server_command[0] } @server_command or die "cannot start $server_command[0]: $!\n";
}

umask(022);
$own_processes = open_namespace('/proc/self/ns/pid');
make_mount_points();
($node_network) = do_aside(sub {
  must('cannot make a network namespace', 'unshare', CLONE_NEWNET);
  make_node_network($bridge, $node_address, $node_prefix, $services, $services_prefix);
}, sub { my ($pid) = @_; return open_namespace("/proc/$pid/ns/net"); });
if (@server_command) { start_server(); }
else { open($control, '+<&=', 3) or die "there is no control socket: $!\n"; }
serve();
`}`
