# From a keeper to the command of an attempt: the walls around it, its user, its limits.
use strict;
use warnings;
use Errno qw(EACCES ENOENT ENOTDIR);
use Fcntl qw(O_DIRECTORY O_RDONLY);

use constant {
    # A veil over a hidden folder holds nothing but the way to the attempt's own folder.
    VEIL_OPTIONS => 'mode=0755,size=64k',
    # How much of a script's first line a message shows.
    FIRST_LINE_BYTES => 80,
};

our %cage;

# Why it was not started: stage, number and text of the error, detail.
sub confess {
    my ($exec, $stage, $text, $detail) = @_;
    my $number = $! + 0;
    chomp $text;
    syswrite $exec, 'E' . join "\0", $stage, $number, $text, $detail // '';
}

# ------------------------------------------------------------------------------------ what the attempt sees of files
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

# Its own processes, its own temporary folders, and of the agent's folders only what belongs to this attempt.
sub wall_off {
    my ($folder, $memory) = @_;
    must('unshare', CLONE_NEWNS | CLONE_NEWIPC);
    mount('none', '/', 0, MS_REC | MS_PRIVATE, 0);
    my %own;
    for my $name (qw(work checkpoint tmp)) {
        sysopen($own{$name}, "$folder/$name", O_RDONLY | O_DIRECTORY) or die "$folder/$name: $!\n";
    }
    for my $shared ('/tmp', '/var/tmp') {
        next if !-d $shared || -l $shared;
        bind_folder($own{tmp}, $shared);
        # The way to the attempt's folder, should it lead through here, must not cost the disk a folder at every step.
        next if $folder !~ m{\A(\Q$shared\E/[^/]+)/};
        make_folders($1);
        mount('tmpfs', $1, 'tmpfs', MS_NOSUID | MS_NODEV, VEIL_OPTIONS);
    }
    # Files there are memory: without a size they may take half of the board's.
    my $size = $memory > 0 ? ",size=$memory" : '';
    mount('tmpfs', '/dev/shm', 'tmpfs', MS_NOSUID | MS_NODEV, "mode=1777$size") if -d '/dev/shm';
    for my $veil (@{$cage{veils}}) {
        if (-d $veil) { mount('tmpfs', $veil, 'tmpfs', MS_NOSUID | MS_NODEV, VEIL_OPTIONS) }
        elsif (-e $veil) { mount('/dev/null', $veil, 0, MS_BIND, 0) }
    }
    protect_cgroups($cage{cgroup}) if $cage{cgroup} && !$cage{own_uid} && -d $cage{cgroup};
    for my $name (qw(work checkpoint)) {
        make_folders("$folder/$name");
        bind_folder($own{$name}, "$folder/$name");
    }
    mount('proc', '/proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
}

# A task of the agent's own user could otherwise step out of its cgroup, or raise its limits.
sub protect_cgroups {
    my ($root) = @_;
    mount($root, $root, 0, MS_BIND, 0);
    mount('none', $root, 0, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
}

# ------------------------------------------------------------------------------------------- the way to the command
# Becomes the command, or says why not. The keeper hears through $exec; @ends become the command's three streams.
sub command {
    my ($order, $exec, @ends) = @_;
    # The outer /proc knows this process by its outer number.
    my $pid = readlink '/proc/self';
    syswrite $exec, "P$pid\n";
    write_file("$order->{cgroup}/cgroup.procs", 0) if $order->{cgroup};
    wall_off($order->{folder}, $order->{memory}) if $cage{namespaces};
    must('setsid');
    must('dup3', fileno $ends[$_], $_, 0) for 0 .. 2;
    # In a user namespace the keeper counts, too.
    my $keepers = $cage{own_uid} ? 0 : 1;
    limit(RLIMIT_NPROC, ($order->{processes} + $keepers) x 2) if $cage{counts_processes} && $order->{processes};
    become($order->{uid}, $order->{gid});
    must('prctl', PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) if !$cage{namespaces};
    my $work = "$order->{folder}/work";
    if (!chdir $work) {
        confess($exec, 'folder', "$!", $work);
        leave(127);
    }
    signal_mask(SIG_SETMASK);
    run($order, $exec);
}

sub run {
    my ($order, $exec) = @_;
    my @argv = @{$order->{argv}};
    %ENV = map { split /=/, $_, 2 } @{$order->{env}};
    my $name = $argv[0];
    my $path = $ENV{PATH} // '';
    my @places = $name =~ m{/} ? $name : map { ($_ eq '' ? '.' : $_) . "/$name" } split /:/, $path, -1;
    my ($stage, $error, $detail) = ('lookup', ENOENT, $path);
    for my $place ($name eq '' ? () : @places) {
        no warnings 'exec';
        exec {$place} @argv;
        next if $! == ENOTDIR || $! == ENOENT && !-e $place;
        # It is there. A script whose first line names what is not looks like a missing file.
        ($stage, $error, $detail) = ('exec', $! + 0, $place);
        ($stage, $detail) = ('interpreter', first_line($place)) if $error == ENOENT;
        last if $error != EACCES;
    }
    $! = $error;
    confess($exec, $stage, "$!", $detail);
    leave(127);
}

sub first_line {
    my ($script) = @_;
    open(my $file, '<', $script) or return '';
    read $file, my $start, FIRST_LINE_BYTES;
    return (split /\n/, $start // '', 2)[0] // '';
}

1;
