# The keeper of a slot: runs its attempts, one after the other, each as processes of its own.
#
# Where there are namespaces the keeper is the first process of one: nobody in it can kill or look into the keeper, and
# the keeper can kill all others with one call. Elsewhere whatever an attempt leaves becomes the keeper's child.
# Either way an attempt is reported as ended only when nothing of it is left.
use strict;
use warnings;
use Fcntl qw(F_SETFL O_CREAT O_NONBLOCK O_RDONLY O_RDWR O_TRUNC O_WRONLY);

use constant {
    # A stream past its limit is emptied so often and so much at a time: 100 MB/s go by at a few percent of a core.
    DROP_MILLIS => 10,
    DROP_BYTES => 1 << 20,
    # What lies in a filter's pipes when it dies is done again, and is memory: a few thousand lines each.
    CHANNEL_BYTES => 256 << 10,
    # A kernel out of memory shall take a task before the agent, whose own figure is 0.
    OOM_SCORE_ADJUSTMENT => 500,
};

our %cage;
my ($spawner, $signals, $nothing);
my $own_pid;
my $fault;         # why no attempt can run here
my $is_leaving;    # once the spawner wants no more, or is gone
my $orders = '';
my $attempt;

# Never returns.
sub keep_slot {
    ($spawner) = @_;
    if (!eval { settle() }) {
        $fault = [$! + 0, $@];
        chomp $fault->[1];
    }
    $signals = signal_handle(SIGCHLD);
    watch($spawner, \&hear_spawner);
    watch($signals, \&take_in);
    turn() while $attempt || !$is_leaving;
    leave(0);
}

sub settle {
    # What speaks with the agent is the spawner's alone: a copy here would look as if the spawner still lived.
    sysopen($nothing, '/dev/null', O_RDWR) or die "/dev/null: $!\n";
    must('dup3', fileno $nothing, $_, 0) for 0, 1;
    fcntl $spawner, F_SETFL, O_NONBLOCK | O_RDWR;
    die "not the first process of a namespace\n" if $cage{namespaces} && $$ != 1;
    if ($cage{namespaces}) { must('prctl', PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) }
    else { must('prctl', PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }
    $own_pid = readlink '/proc/self' or die "/proc: $!\n";
    map_user() if $cage{namespaces} && !$cage{own_uid};
    # Inherited by the command.
    eval { write_file('/proc/self/oom_score_adj', OOM_SCORE_ADJUSTMENT) };
    # A task of the same user must not look into the keeper's memory or handles.
    must('prctl', PR_SET_DUMPABLE, 0, 0, 0, 0);
    return 1;
}

# In a user namespace of its own a process is nobody until it says who it was outside.
sub map_user {
    my ($uid, $gid) = @cage{qw(uid gid)};
    write_file('/proc/self/setgroups', 'deny');
    write_file('/proc/self/uid_map', "$uid $uid 1\n");
    write_file('/proc/self/gid_map', "$gid $gid 1\n");
}

sub hear_spawner {
    my ($more, @frames) = read_frames($spawner, \$orders);
    for my $frame (@frames) {
        my ($verb, @fields) = fields($frame);
        if ($verb eq 'start') { start_attempt(read_start(@fields)) }
        elsif ($verb eq 'stop') { stop_attempt(@fields) }
        elsif ($verb eq 'connected') { leave_channels(@fields) }
    }
    return if $more;
    $is_leaving = 1;
    unwatch($spawner);
    kill_attempt() if $attempt;
}

# As the processes of the machine know it.
sub keeper_pid { return $own_pid }

sub report { put($spawner, frame(@_)) }

# ----------------------------------------------------------------------------------------------------------- starting
sub read_start {
    my ($id, $slot, $folder, $stdin, $stream_bytes, $milli_cpus, $memory, $processes, $disk, $argc, @rest) = @_;
    my @argv = splice @rest, 0, $argc;
    my $uid = $cage{own_uid} ? $cage{uid_base} + $slot : $cage{uid};
    return {
        id => $id, uid => $uid, gid => $cage{own_uid} ? $uid : $cage{gid}, folder => $folder, stdin => $stdin,
        stream_bytes => $stream_bytes + 0, milli_cpus => $milli_cpus + 0, memory => $memory + 0,
        processes => $processes + 0, disk => $disk + 0, argv => \@argv, env => \@rest,
    };
}

sub start_attempt {
    my ($order) = @_;
    return report('refused', $order->{id}, 'cage', @$fault, '') if $fault;
    return if eval { launch($order) };
    my ($number, $text) = ($! + 0, $@);
    chomp $text;
    clear_cgroup($order->{cgroup}) if $order->{cgroup};
    report('refused', $order->{id}, 'prepare', $number, $text, '');
}

# Ends with the command on its way, or dies with nothing running.
sub launch {
    my ($order) = @_;
    my ($stdin, $out, $out_end, $err, $err_end, @held) = ($nothing);
    if ($order->{stdin} eq '|') {
        ($stdin, $held[0]) = open_channel($order, 'in', O_RDONLY);
        ($out_end, $held[1]) = open_channel($order, 'out', O_WRONLY);
        ($err, $err_end) = open_pipe();
        $err->{tail} = '';
    }
    else {
        if ($order->{stdin} ne '') {
            sysopen($stdin = undef, $order->{stdin}, O_RDONLY) or die "$order->{stdin}: $!\n";
        }
        ($out, $out_end) = open_stream("$order->{folder}/out");
        ($err, $err_end) = open_stream("$order->{folder}/err");
    }
    pipe(my $exec, my $exec_end) or die "no pipe: $!\n";
    $order->{cgroup} = make_cgroup($order) if $cage{cgroup};
    my $began = now_millis();
    my $pid = fork // die "no process: $!\n";
    if (!$pid) {
        eval { command($order, $exec_end, $stdin, $out_end, $err_end) };
        confess($exec_end, 'cage', $@);
        leave(127);
    }
    $attempt = {
        id => $order->{id}, pid => $pid, limit => $order->{stream_bytes}, cgroup => $order->{cgroup},
        streams => [grep { defined } $out, $err], out => $out, err => $err, held => \@held, began => $began,
        folder => $order->{folder}, uid => $order->{uid}, disk => $order->{disk},
        memory => $order->{cgroup} ? 0 : $order->{memory},
    };
    look_later($attempt);
    close $exec_end;
    hear_exec($exec);
    for my $stream (@{$attempt->{streams}}) {
        watch($stream->{pipe}, sub { pump($stream) });
    }
    return 1;
}

sub open_stream {
    my ($path) = @_;
    sysopen(my $file, $path, O_WRONLY | O_CREAT | O_TRUNC, 0600) or die "$path: $!\n";
    my ($stream, $end) = open_pipe();
    $stream->{file} = $file;
    return ($stream, $end);
}

sub open_pipe {
    pipe(my $pipe, my $end) or die "no pipe: $!\n";
    fcntl $pipe, F_SETFL, O_NONBLOCK;
    return ({pipe => $pipe, kept => 0, cut => 0}, $end);
}

# A FIFO for the agent to meet the command at: the command's end, and one that is both ends, so that neither side finds
# nobody there. It is held until the agent has opened its own.
sub open_channel {
    my ($order, $name, $mode) = @_;
    my $path = "$order->{folder}/$name";
    must('mknodat', AT_FDCWD, $path, S_IFIFO | 0600, 0);
    # A program may open it again by /dev/stdin or /dev/stdout.
    chown $order->{uid}, $order->{gid}, $path or die "$path: $!\n" if $cage{own_uid};
    sysopen(my $held, $path, O_RDWR) or die "$path: $!\n";
    # A user with many pipes gets a smaller one.
    fcntl $held, F_SETPIPE_SZ, CHANNEL_BYTES;
    sysopen(my $end, $path, $mode) or die "$path: $!\n";
    return ($end, $held);
}

sub leave_channels {
    my ($id) = @_;
    @{$attempt->{held}} = () if $attempt && $attempt->{id} eq $id;
}

# Waits for what the command's side says: its pid and then, only when it fails, why. An exec that succeeds closes the
# pipe. Should the walls hang, then so does this; the spawner's patience after a stop is shorter.
sub hear_exec {
    my ($exec) = @_;
    my $said = '';
    while (1) {
        my $count = sysread $exec, $said, READ_BYTES, length $said;
        last if defined $count ? !$count : !try_again();
    }
    my ($pid, $failure) = $said =~ /\A(?:P(\d+)\n)?(?:E(.*))?\z/s;
    if (defined $failure) { $attempt->{failure} = [split /\0/, $failure, -1] }
    elsif (defined $pid) {
        $attempt->{is_started} = 1;
        report('started', $attempt->{id}, $pid, $own_pid);
    }
}

# ------------------------------------------------------------------------------------------------ what a task prints
sub pump {
    my ($stream) = @_;
    my $count = sysread $stream->{pipe}, my $bytes, READ_BYTES;
    return if !defined $count && try_again();
    return close_stream($stream) if !$count;
    return keep_tail($stream, $bytes) if defined $stream->{tail};
    my $room = $attempt->{limit} - $stream->{kept};
    my $kept = syswrite($stream->{file}, $bytes, $count < $room ? $count : $room) // 0;
    $stream->{kept} += $kept;
    drop($stream) if $kept < $count;    # The limit, or a full disk.
}

# Of a stream that is never whole, the last is kept.
sub keep_tail {
    my ($stream, $bytes) = @_;
    $stream->{kept} += length $bytes;
    my $tail = $stream->{tail} . $bytes;
    my $over = length($tail) - $attempt->{limit};
    substr($tail, 0, $over) = '' if $over > 0;
    $stream->{tail} = $tail;
    drop($stream) if !$stream->{cut} && $stream->{kept} > DROP_BYTES;
}

# From here on the stream is only emptied, slowly enough that a flood costs its writer the time and nobody else.
sub drop {
    my ($stream) = @_;
    return if !$stream->{pipe};
    if (!$stream->{cut}) {
        $stream->{cut} = 1;
        unwatch($stream->{pipe});
        fcntl $stream->{pipe}, F_SETPIPE_SZ, DROP_BYTES;
    }
    for (1 .. DROP_BYTES / READ_BYTES) {
        my $count = sysread $stream->{pipe}, my $bytes, READ_BYTES;
        last if !defined $count;
        return close_stream($stream) if !$count;
        keep_tail($stream, $bytes) if defined $stream->{tail};
    }
    after(DROP_MILLIS, sub { drop($stream) }, $attempt);
}

sub close_stream {
    my ($stream) = @_;
    my $pipe = delete $stream->{pipe} or return;
    unwatch($pipe);
    delete $stream->{file};
}

# ------------------------------------------------------------------------------------------------------------- ending
sub stop_attempt {
    my ($id, $grace_millis) = @_;
    return if !$attempt || $attempt->{id} ne $id;
    if (!$attempt->{is_told}++) {
        if ($cage{namespaces}) { signal_namespace(SIGTERM) }
        else { kill SIGTERM, descendants($$, {}) }
    }
    after($grace_millis, \&kill_attempt, $attempt);
}

sub kill_attempt {
    if ($cage{namespaces}) { signal_namespace(SIGKILL) }
    else { freeze_and_kill($$, {}) }
}

# All but the keeper. What is about to fork sees the signal first, so that nothing slips through.
sub signal_namespace {
    die "not the first process of a namespace\n" if $$ != 1;
    call('kill', -1, $_[0]);
}

# A child has ended: the command, or what it left behind.
sub take_in {
    sysread $signals, my $ignored, 4096;
    my $pid;
    while (($pid = waitpid -1, WNOHANG) > 0) {
        $attempt->{status} = $? if $attempt && $pid == $attempt->{pid};
    }
    return if !$attempt || !defined $attempt->{status};
    look_back($attempt) if $pid < 0 && $attempt->{cgroup} && $attempt->{status};
    # The command has ended; now everything else has to.
    my $is_clear = $pid < 0 && (!$attempt->{cgroup} || clear_cgroup($attempt->{cgroup}));
    return end_attempt() if $is_clear;
    return if $attempt->{is_round}++;
    kill_attempt();
    after(KILL_ROUND_MILLIS, sub { $attempt->{is_round} = 0; take_in() }, $attempt);
}

sub end_attempt {
    for my $stream (@{$attempt->{streams}}) {
        # Nobody is left to write: what the pipe holds is at most its size, and nothing more comes.
        for (0 .. DROP_BYTES / READ_BYTES) {
            pump($stream) if $stream->{pipe} && (!$stream->{cut} || defined $stream->{tail});
        }
        close_stream($stream);
    }
    cancel($attempt);
    my $ended = $attempt;
    $attempt = undef;
    return report('refused', $ended->{id}, @{$ended->{failure}}) if $ended->{failure};
    return report('refused', $ended->{id}, 'killed', 0, 'killed before it began', '') if !$ended->{is_started};
    my ($status, $err) = @$ended{qw(status err)};
    my $out = $ended->{out} // {kept => 0, cut => 0};
    my @exit = $status & 127 ? ('signal', $status & 127) : ('code', $status >> 8);
    my $millis = now_millis() - $ended->{began};
    my $is_cut = $out->{cut} || $err->{cut} ? 1 : 0;
    my @tail = defined $err->{tail} ? $err->{tail} : ();
    my @breach = @{$ended->{breach} // ['', 0]};
    report('ended', $ended->{id}, @exit, $millis, $out->{kept}, $err->{kept}, $is_cut, @breach, @tail);
}

1;
