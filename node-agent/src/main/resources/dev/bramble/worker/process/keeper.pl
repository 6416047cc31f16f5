# The keeper of a slot: runs the slot's attempts of one job, one after the other, each as processes of its own.
#
# Walls are put up once, around the keeper itself, and all its attempts run within them. What one of them leaves would
# be there for the next: so the keeper looks, and says with the end in which state the attempt left its place.
#   clean  all is as it was: the next attempt may have the very same folder
#   kept   there are files in its folder, which is sealed from now on
#   spent  something is left within the walls: no attempt may come here any more
#
# Where there are namespaces the keeper is the first process of one: nobody in it can kill or look into the keeper, and
# the keeper can kill all others with one call. Elsewhere whatever an attempt leaves becomes the keeper's child.
# Either way an attempt is reported as ended only when nothing of it is left.
use strict;
use warnings;
use Fcntl qw(F_SETFL O_CREAT O_DIRECTORY O_NONBLOCK O_RDONLY O_RDWR O_TRUNC O_WRONLY);

use constant {
    # A task that has ended by then is reported with one message instead of two, and looked at once: the shortest on a
    # board with all cores busy. Longer ones wait no more than this for room in their stdout's pipe.
    YOUNG_MILLIS => 10,
    # What a task prints lies in memory so long, and so much of it: a tiny result never becomes a file.
    HELD_MILLIS => 100,
    HELD_BYTES => 4096,
    # A stream past its limit is emptied so often and so much at a time: 100 MB/s go by at a few percent of a core.
    DROP_MILLIS => 10,
    DROP_BYTES => 1 << 20,
    # What lies in a filter's pipes when it dies is done again, and is memory: a few thousand lines each.
    CHANNEL_BYTES => 256 << 10,
    # A kernel out of memory shall take a task before the agent, whose own figure is 0.
    OOM_SCORE_ADJUSTMENT => 500,
};

our (%cage, %CALL);
my ($spawner, $signals, $nothing);
my $own_pid;
my $outside = '';  # before a path: what it is outside the walls
my ($said, $said_end);    # a pipe for what a command's side says before there is a command
my @places;        # where an attempt may leave something, besides its folder
my $folder = '';   # of the latest attempt
my @own;           # places in it
my $fault;         # why no attempt can run here
my $is_leaving;    # once the spawner wants no more, or is gone
my $orders = '';
my $attempt;

my $buffer = '';
vec($buffer, READ_BYTES - 1, 8) = 0;

# Never returns. The first order tells where.
sub keep_slot {
    my ($first);
    ($spawner, $first) = @_;
    if (!eval { settle(read_start($first)) }) {
        $fault = [$! + 0, $@];
        chomp $fault->[1];
    }
    $signals = signal_handle(SIGCHLD);
    watch($spawner, \&hear_spawner);
    watch($signals, \&take_in);
    turn() while $attempt || !$is_leaving || is_sending();
    leave(0);
}

sub settle {
    my ($order) = @_;
    # What speaks with the agent is the spawner's alone: a copy here would look as if the spawner still lived.
    sysopen($nothing, '/dev/null', O_RDWR) or die "/dev/null: $!\n";
    must('dup3', fileno $nothing, $_, 0) for 0, 1;
    fcntl $spawner, F_SETFL, O_NONBLOCK | O_RDWR;
    pipe($said, $said_end) or die "no pipe: $!\n";
    fcntl $said, F_SETFL, O_NONBLOCK;
    die "not the first process of a namespace\n" if $cage{namespaces} && $$ != 1;
    $own_pid = readlink '/proc/self' or die "/proc: $!\n";
    map_user() if $cage{namespaces} && !$cage{own_uid};
    # Inherited by the command.
    eval { write_file('/proc/self/oom_score_adj', OOM_SCORE_ADJUSTMENT) };
    retreat($order) if $cage{namespaces};
    $cage{self} = "$outside/proc/self";
    win_no_privileges($order->{gid});
    # What comes next a change of ids would undo.
    if ($cage{namespaces}) { must('prctl', PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) }
    else { must('prctl', PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }
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

# Behind the walls, with a way out that only the keeper has: what it does for the agent it does by paths outside.
sub retreat {
    my ($order) = @_;
    sysopen(my $root, '/', O_PATH | O_DIRECTORY) or die "/: $!\n";
    @places = wall_off(@$order{qw(home folder memory)});
    $outside = '/proc/self/fd/' . fileno $root;
    $cage{root} = $root;
    $cage{cgroup} = "$outside$cage{cgroup}" if $cage{cgroup};
}

sub hear_spawner {
    my ($more, @frames) = read_frames($spawner, \$orders);
    for my $frame (@frames) {
        my ($verb) = first_fields($frame, 1);
        if ($verb eq 'start') { start_attempt(read_start($frame)) }
        elsif ($verb eq 'stop') { stop_attempt(fields($frame)) }
        elsif ($verb eq 'renew') { renew_attempt(fields($frame)) }
        elsif ($verb eq 'connected') { leave_channels(fields($frame)) }
    }
    return if $more;
    $is_leaving = 1;
    unwatch($spawner);
    kill_attempt() if $attempt;
}

# What a path of the agent's is behind the walls.
sub outside { return "$outside$_[0]" }

sub report { put($spawner, frame(@_)) }

# ----------------------------------------------------------------------------------------------------------- starting
sub read_start {
    my (
        undef, $id, $slot, $home, $folder, $until, $grace, $stdin, $stream_bytes, $milli_cpus, $memory, $processes,
        $disk, $argc, @rest
    ) = fields($_[0]);
    my @argv = splice @rest, 0, $argc;
    my $uid = $cage{own_uid} ? $cage{uid_base} + $slot : $cage{uid};
    return {
        id => $id, until => $until + 0, grace => $grace + 0, uid => $uid, gid => $cage{own_uid} ? $uid : $cage{gid}, home => $home, folder => $folder,
        stdin => $stdin, limit => $stream_bytes + 0, milli_cpus => $milli_cpus + 0, memory => $memory + 0,
        processes => $processes + 0, disk => $disk + 0, argv => \@argv, env => \@rest,
    };
}

sub start_attempt {
    my ($order) = @_;
    return report('refused', $order->{id}, 'cage', @$fault, '') if $fault;
    return report('refused', $order->{id}, 'lease', 0, 'before it began', '', 'spent') if has_lapsed($order);
    return if eval { launch($order) };
    my ($number, $text) = ($! + 0, $@);
    chomp $text;
    $attempt = undef;
    close_number($_) for @{$order->{numbers}}, map { $_->{number} } @{$order->{streams}};
    clear_cgroup($order->{cgroup}) if $order->{cgroup};
    report('refused', $order->{id}, 'prepare', $number, $text, '');
}

# Ends with the command on its way, or dies with nothing running.
sub launch {
    my ($order) = @_;
    look_around($order) if $cage{namespaces};
    my ($in, $out_end, $err_end, @handles) = open_streams($order);
    if ($cage{cgroup}) {
        $order->{cgroup} = make_cgroup($order);
        # The kernel looks at it.
        $order->{memory} = 0;
    }
    ready_command($order);
    $order->{began} = now_millis();
    # This process waits until the other has become the command: so most pages need no copy on either side.
    my $pid = syscall $CALL{clone}, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0;
    die "no process: $!\n" if $pid < 0;
    if (!$pid) {
        eval { command($order, $said_end, $in, $out_end, $err_end) };
        confess($said_end, 'cage', $@);
        leave(127);
    }
    $attempt = $order;
    $order->{pid} = $pid;
    close_number($_) for splice @{$order->{numbers}};
    look_at_lease($order) if $order->{until};
    hear_said($order);
    # Who speaks with the agent is waited for.
    if ($order->{stdin} eq '|') { grow_up() }
    else { after(YOUNG_MILLIS, \&grow_up, $order) }
    return 1;
}

# The places of its folder, which is most often the one before's.
sub look_around {
    my ($order) = @_;
    return if $order->{folder} eq $folder;
    $folder = $order->{folder};
    @own = map { open_place("$folder/$_") } qw(work checkpoint);
    # Placed files are to go with the folder.
    $_->{bytes} = DOTS_BYTES for @own;
}

# The command's ends. All that this process does not need once it runs is in {numbers}.
sub open_streams {
    my ($order) = @_;
    my @numbers;
    $order->{numbers} = \@numbers;
    if ($order->{stdin} eq '|') {
        my ($in, $in_held) = open_channel($order, 'in', O_RDONLY);
        my ($out, $out_held) = open_channel($order, 'out', O_WRONLY);
        ($order->{err}, $numbers[0]) = open_stream();
        $order->{err}{tail} = '';
        $order->{held} = [$in_held, $out_held];
        $order->{streams} = [$order->{err}];
        return (fileno $in, fileno $out, $numbers[0], $in, $out);
    }
    $order->{streams} = [];
    for my $name (qw(out err)) {
        ($order->{$name}, my $end) = open_stream();
        $order->{$name}{name} = $name;
        push @{$order->{streams}}, $order->{$name};
        push @numbers, $end;
    }
    my ($in, @handles) = open_stdin($order->{stdin});
    push @numbers, $in if $order->{stdin} ne '' && !@handles;
    return ($in, @numbers[0, 1], @handles);
}

# A few bytes come with the order and fit into the smallest pipe; more lie in a file.
sub open_stdin {
    my ($stdin) = @_;
    return fileno $nothing if $stdin eq '';
    if (substr($stdin, 0, 1) eq '=') {
        my ($in, $end) = open_pipe();
        my $bytes = substr $stdin, 1;
        my $written = syscall $CALL{write}, $end, $bytes, length $bytes;
        close_number($end);
        return $in if $written == length $bytes;
        close_number($in);
        die "stdin: $!\n";
    }
    sysopen(my $file, "$outside$stdin", O_RDONLY) or die "$stdin: $!\n";
    return (fileno $file, $file);
}

sub open_stream {
    my ($number, $end) = open_pipe();
    syscall $CALL{fcntl}, $number, F_SETFL, O_NONBLOCK;
    return ({number => $number, held => '', kept => 0, cut => 0}, $end);
}

# A FIFO for the agent to meet the command at: the command's end, and one that is both ends, so that neither side finds
# nobody there. It is held until the agent has opened its own.
sub open_channel {
    my ($order, $name, $mode) = @_;
    my $path = "$outside$order->{folder}/$name";
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
    my (undef, $id) = @_;
    $attempt->{held} = undef if $attempt && $attempt->{id} eq $id;
}

# What the command's side has said: its pid and then, only when it failed, why.
sub hear_said {
    my ($order) = @_;
    sysread $said, my $words, READ_BYTES;
    my ($pid, $failure) = ($words // '') =~ /\A(?:P(\d+)\n)?(?:E(.*))?\z/s;
    if (defined $failure) { $order->{failure} = [split /\0/, $failure, 4] }
    elsif (defined $pid) { $order->{started} = $order->{unsaid} = frame('started', $order->{id}, $pid, $own_pid) }
}

# It lives longer than the shortest do.
sub grow_up {
    put($spawner, delete $attempt->{unsaid}) if $attempt->{unsaid};
    $attempt->{is_grown} = 1;
    for my $stream (@{$attempt->{streams}}) {
        watch($stream->{number}, sub { pump($stream) });
    }
    after(HELD_MILLIS - YOUNG_MILLIS, \&show, $attempt);
}

# From now on all that it prints lies in files as soon as it is printed.
sub show {
    $attempt->{is_shown} = 1;
    for my $stream (@{$attempt->{streams}}) {
        keep($stream, '') if length $stream->{held};
    }
    look_later($attempt);
}

# ------------------------------------------------------------------------------------------------ what a task prints
# False when there is nothing at the moment.
sub pump {
    my ($stream) = @_;
    my $count = syscall $CALL{read}, $stream->{number}, $buffer, READ_BYTES;
    if ($count < 0) {
        return 0 if try_again();
        $count = 0;
    }
    return close_stream($stream) if !$count;
    my $bytes = substr $buffer, 0, $count;
    if (defined $stream->{tail}) { keep_tail($stream, $bytes) }
    else { keep($stream, $bytes) }
    return 1;
}

# Holds the first few bytes of a young task, and writes all others.
sub keep {
    my ($stream, $bytes) = @_;
    my $count = length $bytes;
    my $room = $attempt->{limit} - $stream->{kept};
    if (!$stream->{file} && !$attempt->{is_shown} && $stream->{kept} + $count <= HELD_BYTES) {
        substr($bytes, $room) = '' if $count > $room;
        $stream->{held} .= $bytes;
        $stream->{kept} += length $bytes;
        drop($stream) if $count > $room;
        return;
    }
    if (!$stream->{file}) {
        # Nothing counts as kept that is not there, should the disk take nothing.
        $bytes = $stream->{held} . $bytes;
        $count = length $bytes;
        $room = $attempt->{limit};
        @$stream{qw(held kept is_filed)} = ('', 0, 1);
        sysopen($stream->{file}, "$outside$attempt->{folder}/$stream->{name}", O_WRONLY | O_CREAT | O_TRUNC, 0600)
            or return drop($stream);
    }
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
    my $was_cut = $stream->{cut};
    $stream->{cut} = 1;
    return if !defined $stream->{number};
    if (!$was_cut) {
        unwatch($stream->{number});
        syscall $CALL{fcntl}, $stream->{number}, F_SETPIPE_SZ, DROP_BYTES;
    }
    for (1 .. DROP_BYTES / READ_BYTES) {
        my $count = syscall $CALL{read}, $stream->{number}, $buffer, READ_BYTES;
        last if $count < 0;
        return close_stream($stream) if !$count;
        keep_tail($stream, substr $buffer, 0, $count) if defined $stream->{tail};
    }
    after(DROP_MILLIS, sub { drop($stream) }, $attempt);
}

sub close_stream {
    my ($stream) = @_;
    my $number = delete $stream->{number} // return 0;
    unwatch($number) if $attempt->{is_grown};
    close_number($number);
    delete $stream->{file};
    return 0;
}

# ------------------------------------------------------------------------------------------------------------- ending
sub stop_attempt {
    my (undef, $id, $grace_millis) = @_;
    ask_to_end($grace_millis) if $attempt && $attempt->{id} eq $id;
}

sub ask_to_end {
    my ($grace_millis) = @_;
    if (!$attempt->{is_told}++) {
        if ($cage{namespaces}) { signal_namespace(SIGTERM) }
        else { kill SIGTERM, descendants($$, {}) }
    }
    after($grace_millis, \&kill_attempt, $attempt);
}

# The guard: an exclusive attempt ends with its lease, whether its agent is awake or not.
sub has_lapsed { my ($order) = @_; return $order->{until} && now_millis() >= $order->{until} }

sub renew_attempt {
    my (undef, $id, $until) = @_;
    # What has lapsed stays so.
    return if !$attempt || $attempt->{id} ne $id || has_lapsed($attempt);
    $attempt->{until} = $until if $until > $attempt->{until};
}

sub look_at_lease {
    my ($order) = @_;
    my $left = $order->{until} - now_millis();
    return after($left, sub { look_at_lease($order) }, $order) if $left > 0;
    $order->{breach} //= ['lease', 0];
    ask_to_end($order->{grace});
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
            last if !defined $stream->{number} || $stream->{cut} && !defined $stream->{tail} || !pump($stream);
        }
        close_stream($stream);
    }
    cancel($attempt);
    my $ended = $attempt;
    $attempt = undef;
    my $state = state_after($ended);
    # With what was left there.
    $is_leaving = 1 if $state eq 'spent';
    return report('refused', $ended->{id}, @{$ended->{failure}}, $state) if $ended->{failure};
    return report('refused', $ended->{id}, 'killed', 0, 'killed before it began', '', $state) if !$ended->{started};
    put($spawner, ($ended->{unsaid} // '') . end_frame($ended, $state));
}

sub end_frame {
    my ($ended, $state) = @_;
    my ($status, $out, $err) = (@$ended{qw(status out err)});
    $out //= {kept => 0, cut => 0, held => ''};
    my @exit = $status & 127 ? ('signal', $status & 127) : ('code', $status >> 8);
    my $millis = now_millis() - $ended->{began};
    my $is_cut = $out->{cut} || $err->{cut} ? 1 : 0;
    my @breach = @{$ended->{breach} // ['', 0]};
    my @held = ($out->{held}, $err->{tail} // $err->{held});
    return frame(
        'ended', $ended->{id}, @exit, $millis, $out->{kept}, $err->{kept}, $is_cut, @breach, $state, @held
    );
}

# See the top.
sub state_after {
    my ($ended) = @_;
    # Without walls of its own a task may have put anything anywhere.
    return 'kept' if !$cage{namespaces};
    for my $place (@places) { return 'spent' if !is_tidied($place) }
    return 'spent' if !is_without_ipc();
    my $is_clean = $ended->{stdin} ne '|';
    for my $stream (@{$ended->{streams}}) { $is_clean &&= !$stream->{is_filed} }
    for my $place (@own) { $is_clean &&= is_untouched($place) }
    return 'clean' if $is_clean;
    # Where the task is the agent's own user it would find its way to the folder.
    return $cage{own_uid} && chmod(0700, "$outside$ended->{folder}") ? 'kept' : 'spent';
}

1;
