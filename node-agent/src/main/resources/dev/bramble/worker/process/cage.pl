# The walls around a slot's attempts of one job, and the way from a keeper to the command of an attempt.
use strict;
use warnings;
use Errno qw(EACCES ENOENT ENOTDIR);
use Fcntl qw(O_DIRECTORY O_RDONLY);

use constant {
    # A veil over a hidden folder holds nothing but the way to the attempts' own folder.
    VEIL_OPTIONS => 'mode=0755,size=64k',
    VEIL_FLAGS => MS_NOSUID | MS_NODEV,
    # Of one read of a folder's names; "." and ".." are as long as this on every machine of 64 bits.
    NAMES_BYTES => 2048,
    DOTS_BYTES => 48,
    # So few files that an attempt left in /tmp or /dev/shm are deleted; with more new walls are quicker.
    TIDIED_FILES_MAX => 16,
    # Of a message's text and of its detail; people are shown less.
    SAID_BYTES_MAX => 4096,
    # How much of a script's first line a message shows.
    FIRST_LINE_BYTES => 80,
};

our (%cage, %CALL);

# ------------------------------------------------------------------------------------ what the attempts see of files
sub mount {
    my ($source, $target, $type, $flags, $options) = @_;
    call('mount', $source, $target, $type, $flags, $options) == 0 or die "cannot mount on $target: $!\n";
}

sub bind_folder {
    my ($handle, $target) = @_;
    mount('/proc/self/fd/' . fileno $handle, $target, 0, MS_BIND, 0);
}

sub make_folders {
    my ($path) = @_;
    my $so_far = '';
    for my $part (grep length, split m{/}, $path) {
        $so_far .= "/$part";
        -d $so_far or mkdir $so_far or die "cannot make $so_far: $!\n";
    }
}

# Its own processes, its own temporary folders, and of the agent's folders only what belongs to this slot and job: the
# home itself, where a task cannot change it and what lies in it can be sealed, else the two folders of its one attempt.
# What comes back are the places where an attempt may leave something.
sub wall_off {
    my ($home, $folder, $memory) = @_;
    must('unshare', CLONE_NEWNS | CLONE_NEWIPC);
    mount('none', '/', 0, MS_REC | MS_PRIVATE, 0);
    my @bound = $cage{own_uid} ? $home : ("$folder/work", "$folder/checkpoint");
    my %own;
    for my $path (@bound, "$home/tmp") { sysopen($own{$path}, $path, O_RDONLY | O_DIRECTORY) or die "$path: $!\n" }
    my (@veils, $tmp);
    # All that anybody may write to on a usual machine.
    for my $shared ('/tmp', '/var/tmp', '/run/lock') {
        next if !-d $shared || -l $shared;
        bind_folder($own{"$home/tmp"}, $shared);
        $tmp //= $shared;
        # The way to the home, should it lead through here, must not cost the disk a folder at every step.
        next if $home !~ m{\A(\Q$shared\E/[^/]+)/};
        make_folders($1);
        mount('tmpfs', $1, 'tmpfs', VEIL_FLAGS, VEIL_OPTIONS);
        push @veils, $1;
    }
    # Files there are memory: without a size they may take half of the board's.
    my $size = $memory > 0 ? ",size=$memory" : '';
    mount('tmpfs', '/dev/shm', 'tmpfs', MS_NOSUID | MS_NODEV, "mode=1777$size") if -d '/dev/shm';
    for my $veil (@{$cage{veils}}) {
        if (-d $veil) {
            mount('tmpfs', $veil, 'tmpfs', VEIL_FLAGS, VEIL_OPTIONS);
            push @veils, $veil;
        }
        elsif (-e $veil) { mount('/dev/null', $veil, 0, MS_BIND, 0) }
    }
    protect_cgroups($cage{cgroup}) if $cage{cgroup} && !$cage{own_uid} && -d $cage{cgroup};
    for my $path (@bound) {
        make_folders($path);
        bind_folder($own{$path}, $path);
    }
    # A veil may belong to the task's user: nothing may be left in it.
    mount('none', $_, 0, MS_REMOUNT | MS_BIND | MS_RDONLY | VEIL_FLAGS, 0) for @veils;
    my @places = map { open_place($_) } grep { defined && -d } $tmp, '/dev/shm';
    push @places, message_queues();
    mount('proc', '/proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
    return @places;
}

# POSIX message queues have no name in any file system but their own, which is looked into where /proc will cover it.
sub message_queues {
    return if !eval { mount('mqueue', '/proc', 'mqueue', VEIL_FLAGS, 0); 1 };
    my $place = open_place('/proc');
    # Nothing is deleted there: the name will be another's.
    delete $place->{path};
    return $place;
}

# A task of the agent's own user could otherwise step out of its cgroup, or raise its limits.
sub protect_cgroups {
    my ($root) = @_;
    mount($root, $root, 0, MS_BIND, 0);
    mount('none', $root, 0, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
}

# ------------------------------------------------------------------------------------------------ what an attempt left
# A folder as it should be found again: by its number, so that it costs no way through the walls.
sub open_place {
    my ($path) = @_;
    sysopen(my $handle, $path, O_RDONLY | O_DIRECTORY) or die "$path: $!\n";
    my $place = {path => $path, handle => $handle, number => fileno $handle, mode => (stat $handle)[2]};
    $place->{known} = {map { $_ => 1 } list($path)};
    $place->{bytes} = bytes_of_names($place);
    return $place;
}

my $names = '';
vec($names, NAMES_BYTES - 1, 8) = 0;

# How long the list of its names is; what is known to be there cannot be taken away or renamed by a task.
sub bytes_of_names {
    my ($place) = @_;
    my $number = $place->{number};
    syscall $CALL{lseek}, $number, 0, 0;
    my $sum = 0;
    while ((my $bytes = syscall $CALL{getdents64}, $number, $names, NAMES_BYTES) > 0) { $sum += $bytes }
    return $sum;
}

sub is_untouched {
    my ($place) = @_;
    return bytes_of_names($place) == $place->{bytes} && (stat $place->{handle})[2] == $place->{mode};
}

# Whether it is as it was, once the few files in it are deleted.
sub is_tidied {
    my ($place) = @_;
    return 1 if is_untouched($place);
    return 0 if !defined $place->{path};
    my @new = grep { !$place->{known}{$_} } list($place->{path});
    return 0 if @new > TIDIED_FILES_MAX;
    # Only files: no folder is followed, and no link.
    unlink("$place->{path}/$_") or return 0 for @new;
    return is_untouched($place);
}

my $info = "\0" x 256;

# Whether there is anything of System V's shared memory, semaphores or message queues: how many, in the words of each.
sub is_without_ipc {
    return 0 if syscall($CALL{shmctl}, 0, SHM_INFO, $info) >= 0 && unpack 'i', $info;
    return 0 if syscall($CALL{semctl}, 0, 0, SEM_INFO, $info) >= 0 && unpack 'x28i', $info;
    return 0 if syscall($CALL{msgctl}, 0, MSG_INFO, $info) >= 0 && unpack 'i', $info;
    return 1;
}

# ------------------------------------------------------------------------------------------- the way to the command
my $processes_max;
my $no_signals = pack 'Q', 0;

# All that can be made ready before there is a second process: there, each step copies pages.
sub ready_command {
    my ($order) = @_;
    my ($argv, $env) = @$order{qw(argv env)};
    my ($name, $path) = ($argv->[0], '');
    if (index($name, '/') < 0) {
        for (@$env) { $path = substr $_, 5 if substr($_, 0, 5) eq 'PATH=' }
        $order->{places} = [map { ($_ eq '' ? '.' : $_) . "/$name" } $name eq '' ? () : split /:/, $path, -1];
    }
    else { $order->{places} = [$name] }
    $order->{path} = $path;
    # Pointers to the strings, which must stay where they are.
    $order->{argv_pointers} = pack 'p*', @$argv, undef;
    $order->{env_pointers} = pack 'p*', @$env, undef;
    $order->{work} = "$order->{folder}/work";
    return if !$cage{counts_processes} || !$order->{processes};
    # In a user namespace the keeper counts, too.
    my $count = $order->{processes} + ($cage{own_uid} ? 0 : 1);
    $processes_max //= hard_limit(RLIMIT_NPROC);
    $count = $processes_max if $count > $processes_max;
    $order->{counted} = pack 'Q2', $count, $count;
}

# Becomes the command, or says why not; the keeper hears it through $said. @ends become the command's three streams.
sub command {
    my ($order, $said, @ends) = @_;
    # The outer /proc knows this process by its outer number.
    syswrite $said, 'P' . readlink($cage{self}) . "\n";
    write_file("$order->{cgroup}/cgroup.procs", 0) if $order->{cgroup};
    syscall($CALL{setsid}) >= 0 or die "setsid: $!\n";
    for my $number (0 .. 2) { syscall($CALL{dup3}, $ends[$number], $number, 0) >= 0 or die "dup3: $!\n" }
    if (defined $order->{counted}) {
        syscall($CALL{prlimit64}, 0, RLIMIT_NPROC, $order->{counted}, 0) == 0 or die "prlimit64: $!\n";
    }
    if ($cage{own_uid}) {
        my $uid = $order->{uid};
        syscall($CALL{setresuid}, $uid, $uid, $uid) == 0 or die "setresuid: $!\n";
    }
    must('prctl', PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) if !$cage{namespaces};
    if (!chdir $order->{work}) {
        confess($said, 'folder', "$!", $order->{work});
        leave(127);
    }
    syscall($CALL{rt_sigprocmask}, SIG_SETMASK, $no_signals, 0, 8) == 0 or die "rt_sigprocmask: $!\n";
    for my $place (@{$order->{places}}) {
        syscall $CALL{execve}, $place, $order->{argv_pointers}, $order->{env_pointers};
        last if $! != ENOENT;
    }
    run($order, $said);
}

# Why it was not started: stage, number and text of the error, detail.
sub confess {
    my ($said, $stage, $text, $detail) = @_;
    my $number = $! + 0;
    chomp $text;
    # More than the pipe holds would wait for the keeper, which waits for this process. A task's own words, such as a
    # script's first line, may hold what parts them.
    syswrite $said, 'E' . join "\0", $stage, $number,
        map { substr($_, 0, SAID_BYTES_MAX) =~ tr/\0/ /r } $text, $detail // '';
}

# As a shell would, where the short way did not lead to a program: a script may need a shell, a file may be locked.
sub run {
    my ($order, $said) = @_;
    my @argv = @{$order->{argv}};
    %ENV = map { split /=/, $_, 2 } @{$order->{env}};
    my ($stage, $error, $detail) = ('lookup', ENOENT, $order->{path});
    for my $place (@{$order->{places}}) {
        no warnings 'exec';
        exec {$place} @argv;
        next if $! == ENOTDIR || $! == ENOENT && !-e $place;
        # It is there. A script whose first line names what is not looks like a missing file.
        ($stage, $error, $detail) = ('exec', $! + 0, $place);
        ($stage, $detail) = ('interpreter', first_line($place)) if $error == ENOENT;
        last if $error != EACCES;
    }
    $! = $error;
    confess($said, $stage, "$!", $detail);
    leave(127);
}

sub first_line {
    my ($script) = @_;
    open(my $file, '<', $script) or return '';
    read $file, my $start, FIRST_LINE_BYTES;
    return (split /\n/, $start // '', 2)[0] // '';
}

1;
