# What the kernel offers to the spawner, its keepers and its collector: calls by number, constants, /proc.
use strict;
use warnings;
use Config;
use Errno qw(EAGAIN EINTR);

# Numbers of system calls, from the kernel's table for x86-64 and from asm-generic/unistd.h.
my %NUMBERS = (
    x86_64 => {
        read => 0, write => 1, close => 3, lseek => 8, rt_sigprocmask => 14, shmctl => 31, clone => 56, execve => 59,
        kill => 62, semctl => 66, msgctl => 71, fcntl => 72, setsid => 112, setgroups => 116, setresuid => 117,
        setresgid => 119, capget => 125, capset => 126, prctl => 157, mount => 165, getdents64 => 217,
        clock_gettime => 228, exit_group => 231, mknodat => 259, unshare => 272, signalfd4 => 289, dup3 => 292,
        pipe2 => 293, prlimit64 => 302,
    },
    aarch64 => {
        dup3 => 24, fcntl => 25, mknodat => 33, mount => 40, close => 57, pipe2 => 59, getdents64 => 61, lseek => 62,
        read => 63, write => 64, signalfd4 => 74, capget => 90, capset => 91, exit_group => 94, unshare => 97,
        clock_gettime => 113, kill => 129, rt_sigprocmask => 135, setresuid => 147, setresgid => 149, setsid => 157,
        setgroups => 159, prctl => 167, msgctl => 187, semctl => 191, shmctl => 195, clone => 220, execve => 221,
        prlimit64 => 261,
    },
);
my ($machine) = $Config{archname} =~ /^([^-]+)/;
my $numbers = $NUMBERS{$machine} or die "the spawner knows the system calls of x86_64 and aarch64, not of $machine\n";
# For those that are called for each attempt, where every call of a function counts.
our %CALL = %$numbers;

use constant {
    SIGHUP => 1, SIGINT => 2, SIGQUIT => 3, SIGKILL => 9, SIGUSR1 => 10, SIGUSR2 => 12, SIGPIPE => 13, SIGTERM => 15,
    SIGCHLD => 17, SIGSTOP => 19, SIG_BLOCK => 0, SIG_SETMASK => 2, WNOHANG => 1, CLOCK_MONOTONIC => 1,
    AT_FDCWD => -100, S_IFIFO => 0010000, SFD_NONBLOCK => 04000, SFD_CLOEXEC => 02000000, F_SETPIPE_SZ => 1031,
    O_CLOEXEC => 02000000, O_PATH => 010000000, AF_UNIX => 1, SOCK_STREAM => 1, CLONE_VFORK => 0x4000,
    CLONE_NEWNS => 0x20000, CLONE_NEWIPC => 0x8000000, CLONE_NEWUSER => 0x10000000, CLONE_NEWPID => 0x20000000,
    SHM_INFO => 14, SEM_INFO => 19, MSG_INFO => 12,
    MS_RDONLY => 1, MS_NOSUID => 2, MS_NODEV => 4, MS_NOEXEC => 8, MS_REMOUNT => 32, MS_BIND => 4096,
    MS_REC => 16384, MS_PRIVATE => 1 << 18,
    PR_SET_PDEATHSIG => 1, PR_SET_DUMPABLE => 4, PR_CAPBSET_DROP => 24, PR_SET_CHILD_SUBREAPER => 36,
    PR_SET_NO_NEW_PRIVS => 38, PR_CAP_AMBIENT => 47, PR_CAP_AMBIENT_CLEAR_ALL => 4,
    CAPABILITY_VERSION_3 => 0x20080522, RLIMIT_CORE => 4, RLIMIT_NPROC => 6, RLIMIT_NOFILE => 7,

    # Rounds of freezing in one go: a fork bomb is all still after a few; what is not is met in the next round.
    FREEZE_ROUNDS_MAX => 20,
    # Between two rounds of killing what has no namespace.
    KILL_ROUND_MILLIS => 10,
};

# The arguments stay aliases of the caller's variables: the kernel writes into some of them.
sub call {
    my $name = shift;
    return syscall $numbers->{$name}, @_;
}

sub must {
    my $name = shift;
    my $result = syscall $numbers->{$name}, @_;
    die "$name: $!\n" if $result < 0;
    return $result;
}

# Ends this process at once, without what Perl does at an end: a child must not touch what it shares with its parent.
sub leave { call('exit_group', $_[0]) }

my $time = "\0" x 16;

sub now_millis {
    syscall $CALL{clock_gettime}, CLOCK_MONOTONIC, $time;
    my ($seconds, $nanos) = unpack 'q2', $time;
    return $seconds * 1000 + int($nanos / 1_000_000);
}

sub signal_mask {
    my ($how, @signals) = @_;
    my $mask = pack 'Q', signal_bits(@signals);
    must('rt_sigprocmask', $how, $mask, 0, 8);
}

sub signal_bits {
    my $bits = 0;
    $bits |= 1 << ($_ - 1) for @_;
    return $bits;
}

# A handle that is readable when this process, or one forked from it, has one of the signals waiting.
sub signal_handle {
    my $mask = pack 'Q', signal_bits(@_);
    my $number = must('signalfd4', -1, $mask, 8, SFD_NONBLOCK | SFD_CLOEXEC);
    open(my $handle, '<&=', $number) or die "signalfd: $!\n";
    return $handle;
}

sub try_again { return $! == EAGAIN || $! == EINTR }

sub read_file {
    my ($path) = @_;
    open(my $file, '<', $path) or return;
    local $/;
    return scalar <$file>;
}

sub write_file {
    my ($path, $text) = @_;
    open(my $file, '>', $path) or die "$path: $!\n";
    defined syswrite($file, $text) or die "$path: $!\n";
    close $file or die "$path: $!\n";
}

sub list {
    my ($folder) = @_;
    opendir(my $handle, $folder) or return;
    return grep { $_ ne '.' && $_ ne '..' } readdir $handle;
}

# The living processes beneath $root, not counting those in %$except nor what is beneath them.
sub descendants {
    my ($root, $except) = @_;
    my %children;
    for my $pid (grep /^\d+$/, list('/proc')) {
        my $stat = read_file("/proc/$pid/stat") // next;
        # The name in brackets is the task's own choice: what counts stands after the last bracket.
        my ($state, $parent, $threads) = (split ' ', $stat =~ s/.*\)//sr)[0, 1, 17];
        # A process whose first thread has ended looks like a zombie while its other threads run.
        next if $state =~ /[ZX]/ && $threads < 2;
        push @{$children{$parent}}, $pid;
    }
    my @found;
    my @open = ($root);
    while (defined(my $pid = shift @open)) {
        my @next = grep { !$except->{$_} } @{$children{$pid} // []};
        push @found, @next;
        push @open, @next;
    }
    return @found;
}

# Stops all beneath $root so that nothing can fork away, then kills it. How many there were.
sub freeze_and_kill {
    my ($root, $except) = @_;
    my %frozen;
    for (1 .. FREEZE_ROUNDS_MAX) {
        my @new = grep { !$frozen{$_} } descendants($root, $except);
        last if !@new;
        kill SIGSTOP, @new;
        @frozen{@new} = (1) x @new;
    }
    kill SIGKILL, keys %frozen;
    return scalar keys %frozen;
}

# No program that descends from this process gets a capability by being run, whatever its file says. Those that this
# process has it keeps, as long as it runs no program itself.
sub bound_capabilities {
    for my $capability (0 .. 63) { last if call('prctl', PR_CAPBSET_DROP, $capability, 0, 0, 0) < 0 }
}

# Sets a limit, for this process and what descends from it, to at most what is allowed already.
sub limit {
    my ($kind, $soft, $hard) = @_;
    my $old = "\0" x 16;
    must('prlimit64', 0, $kind, 0, $old);
    my ($old_soft, $old_hard) = unpack 'Q2', $old;
    my ($new_soft, $new_hard) = ($soft, $hard // $old_hard);
    $new_hard = $old_hard if $new_hard > $old_hard;
    $new_soft = $new_hard if $new_soft > $new_hard;
    my $new = pack 'Q2', $new_soft, $new_hard;
    must('prlimit64', 0, $kind, $new, 0);
}

# From here on nothing that this process becomes or runs can win a privilege. As root it keeps what it has until it
# becomes another user: for that call alone takes everything, groups and what is inherited being gone before.
sub win_no_privileges {
    my ($gid) = @_;
    my $is_root = $> == 0;
    if ($is_root) {
        must('setgroups', 0, 0);
        must('setresgid', $gid, $gid, $gid);
    }
    call('prctl', PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    my $header = pack 'LL', CAPABILITY_VERSION_3, 0;
    my $own = "\0" x 24;
    if ($is_root) {
        # Effective, permitted, inheritable; twice 32 bits of each.
        must('capget', $header, $own);
        my @own = unpack 'L6', $own;
        @own[2, 5] = (0, 0);
        $own = pack 'L6', @own;
    }
    must('capset', $header, $own);
    must('prctl', PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

sub hard_limit {
    my ($kind) = @_;
    my $limit = "\0" x 16;
    must('prlimit64', 0, $kind, 0, $limit);
    return (unpack 'Q2', $limit)[1];
}

# Gives up every privilege for good: ids, groups and capabilities.
sub become {
    my ($uid, $gid) = @_;
    win_no_privileges($gid);
    must('setresuid', $uid, $uid, $uid) if $> == 0;
    die "still user $< and $>, not $uid\n" if $< != $uid || $> != $uid;
}

# A pipe as the numbers of its two ends: handles, of which Perl keeps much, cost ten times as much.
sub open_pipe {
    my $ends = "\0" x 8;
    syscall($CALL{pipe2}, $ends, O_CLOEXEC) == 0 or die "no pipe: $!\n";
    return unpack 'i2', $ends;
}

sub close_number { syscall $CALL{close}, $_[0] }

1;
