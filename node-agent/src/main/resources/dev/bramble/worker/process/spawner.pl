# The spawner: starts, watches and ends the processes of attempts for one agent, outside its JVM.
#
# It lives as long as its stdin is open: when the agent goes, in whatever way, every process of every attempt goes too.
# Only what Debian's perl-base brings is used, so that a package needs no binary for each architecture.
#
#   agent --stdin/stdout--> spawner --socket--> keeper, one for each slot in use and its job --fork--> the command
#
# Frames everywhere: 4 bytes of length, then fields, each with 4 bytes of length before it (network order). The spawner
# hands start and stop on to the slot's keeper as they are, and what keepers say to the agent.
#   in   configure LEVELS UID_BASE FOLDER CGROUP_ROOT HIDDEN...      LEVELS to try, strongest first, with commas
#        start ID SLOT HOME FOLDER UNTIL_MILLIS GRACE_MILLIS STDIN STREAM_BYTES MILLI_CPUS MEMORY_BYTES PROCESSES
#              DISK_BYTES ARGC ARG... NAME=VALUE...
#                                                     UNTIL_MILLIS: 0, or of the monotonic clock: then it is to end
#                                                     HOME: of the slot and job; FOLDER in it: of the attempt
#                                                     STDIN: nothing, = and bytes, a file, or | for FIFOs in and out
#        connected ID                                 the agent has opened both FIFOs
#        stop ID GRACE_MILLIS
#        renew ID UNTIL_MILLIS
#        collect REQUEST FOLDER SLOT FILES_MAX BYTES_MAX PATTERN...      no pattern: every file
#   out  hello UID GID
#        ready LEVEL FEATURES (LEVEL REASON)...       the level that works here, and why those before it do not
#        started ID PID KEEPER_PID
#        ended ID code|signal NUMBER MILLIS STDOUT_BYTES STDERR_BYTES CUT BREACH USED STATE STDOUT STDERR
#                                                     BREACH: the limit behind the end, if one was
#                                                     STATE of the home: clean, kept or spent, see keeper.pl
#                                                     STDOUT, STDERR: all of it, or nothing if it is in a file; with
#                                                     FIFOs the last of stderr
#        refused ID STAGE ERRNO TEXT DETAIL [STATE]   not started; nothing of it is left
#        collected REQUEST (file NAME SIZE EXECUTABLE | problem NAME SENTENCE | unmatched PATTERN)... complete
use strict;
use warnings;
use Fcntl qw(F_SETFL O_DIRECTORY O_NONBLOCK O_RDONLY O_RDWR O_WRONLY);

my $scripts;

BEGIN {
    $scripts = $0 =~ m{^(.*)/} ? $1 : '.';
    require "$scripts/$_.pl" for qw(system loop cgroups cage looks keeper collector);
}

use constant {
    # A keeper that has not ended its attempt so long after the grace is itself in the hands of a task, or frozen.
    KEEPER_MILLIS_MAX => 3000,
    # An attempt whose lease has run out is gone so long after its grace, whatever its keeper waits for.
    LAPSED_MILLIS_MAX => 500,
    # A keeper without work gives its memory back, after two to three of these; a new one costs some milliseconds.
    IDLE_TICK_MILLIS => 30_000,
    IDLE_TICKS_MAX => 2,
    # With its agent gone, the spawner waits so long for processes that the kernel does not let die.
    SHUTDOWN_MILLIS_MAX => 10_000,
    # Reading through one folder must not take longer, whatever file system it lies on.
    COLLECT_MILLIS_MAX => 60_000,
    # 1,000 files with names of 1 KB, and the problems.
    COLLECTED_BYTES_MAX => 4 << 20,
    # A level is tried with this long for /bin/true.
    PROBE_MILLIS_MAX => 5000,
    # What programs that use select() can bear, and what a login gives; a task may raise it up to the hard limit.
    OPEN_FILES => 1024,
    # From Linux 5.14 on RLIMIT_NPROC counts within each user namespace; before, over all that the user runs.
    COUNTS_IN_NAMESPACE_SINCE => 5.014,
};

our %cage = (uid => $>, gid => $) + 0);
my %keepers;       # by slot
my %children;      # keepers by their pid
my %running;       # keepers by the attempt that they have
my %collectors;    # by pid
my $is_ticking = 0;
my $orders = '';
my $probe;         # what came of it, while a level is tried
my $signals;
my $shutdown_at;

sub reply { put(*STDOUT, frame(@_)) }

sub read_orders {
    my ($more, @frames) = read_frames(*STDIN, \$orders);
    obey($_) for @frames;
    shut_down() if !$more;
}

sub obey {
    my ($frame) = @_;
    my ($verb) = first_fields($frame, 1);
    if ($verb eq 'start') { start($frame) }
    elsif ($verb eq 'stop') { stop($frame) }
    elsif ($verb eq 'renew') { renew($frame) }
    elsif ($verb eq 'connected') { hand_on($frame) }
    elsif ($verb eq 'collect') { collect(fields($frame)) }
    elsif ($verb eq 'configure') { configure(fields($frame)) }
}

# ------------------------------------------------------------------------------------------------------------ keepers
sub start {
    my ($frame) = @_;
    my (undef, $id, $slot, $home, $folder, $until, $grace_millis) = first_fields($frame, 7);
    my $keeper = $keepers{$slot};
    if ($keeper && $cage{namespaces} && $keeper->{home} ne $home) {
        # What is walled off for one home stays so.
        retire($keeper);
        $keeper = undef;
    }
    $keeper //= eval { make_keeper($slot, $home, $frame) };
    if (!$keeper) {
        chomp(my $text = $@);
        return hear_refusal($id, 'prepare', 0, $text, '');
    }
    @$keeper{qw(attempt folder began)} = ($id, $folder, now_millis());
    $running{$id} = $keeper;
    put($keeper->{socket}, $frame);
    return if !$until;
    @$keeper{qw(until grace_millis)} = ($until, $grace_millis);
    watch_lease($keeper);
}

# Should the keeper not do it: it may wait for a disk that takes nothing.
sub watch_lease {
    my ($keeper) = @_;
    $keeper->{is_stopping} = 1;
    my $left = $keeper->{until} + $keeper->{grace_millis} + LAPSED_MILLIS_MAX - now_millis();
    return after($left, sub { watch_lease($keeper) }, $keeper) if $left > 0;
    $keeper->{breach} = 'lease';
    freeze_and_kill($keeper->{pid}, {});
    kill SIGKILL, $keeper->{pid};
}

sub renew {
    my ($frame) = @_;
    my (undef, $id, $until) = fields($frame);
    my $keeper = $running{$id} or return;
    $keeper->{until} = $until if $keeper->{until} && $until > $keeper->{until} && now_millis() < $keeper->{until};
    put($keeper->{socket}, $frame);
}

sub hear_refusal {
    my ($id, @why) = @_;
    return $probe = "$why[2]" . ($why[3] eq '' ? '' : ": $why[3]") if $id eq 'probe';
    reply('refused', $id, @why);
}

sub hear_probe {
    my ($verb, $id, @fields) = @_;
    if ($verb eq 'refused') { hear_refusal($id, @fields) }
    elsif ($verb eq 'ended') { $probe = "$fields[0] $fields[1]" eq 'code 0' ? '' : 'a first process failed' }
}

sub make_keeper {
    my ($slot, $home, $frame) = @_;
    socketpair(my $socket, my $theirs, AF_UNIX, SOCK_STREAM, 0) or die "no socket pair: $!\n";
    my $flags = $cage{namespaces} ? CLONE_NEWPID : 0;
    $flags |= CLONE_NEWUSER if $cage{namespaces} && !$cage{own_uid};
    my $pid = must('clone', $flags | SIGCHLD, 0, 0, 0, 0);
    if (!$pid) {
        forget_all();
        close $_->{socket} for values %children;
        close $socket;
        # Whatever happens, it never becomes a second spawner.
        eval { keep_slot($theirs, $frame) };
        leave(1);
    }
    fcntl $socket, F_SETFL, O_NONBLOCK | O_RDWR;
    my $keeper = {pid => $pid, slot => $slot, home => $home, socket => $socket, said => '', idle_ticks => 0};
    after(IDLE_TICK_MILLIS, \&tick) if !$is_ticking++;
    $children{$pid} = $keepers{$slot} = $keeper;
    watch($socket, sub { hear_keeper($keeper) });
    return $keeper;
}

sub hear_keeper {
    my ($keeper) = @_;
    my $before = length $keeper->{said};
    my ($more, @frames) = read_frames($keeper->{socket}, \$keeper->{said});
    my $heard = '';
    for my $frame (@frames) {
        my ($verb, $id) = first_fields($frame, 2);
        free($keeper) if $verb ne 'started';
        if ($id eq 'probe') { hear_probe(fields($frame)) }
        else { $heard .= $frame }
    }
    put(*STDOUT, $heard) if $heard ne '';
    unwatch($keeper->{socket}) if !$more;
    # A part of a long frame is news, too.
    return $more && (@frames || length $keeper->{said} > $before);
}

sub free {
    my ($keeper) = @_;
    cancel($keeper) if delete $keeper->{is_stopping};
    delete $running{delete $keeper->{attempt}};
    delete @$keeper{qw(until breach)};
    $keeper->{idle_ticks} = 0;
}

sub tick {
    for my $keeper (values %keepers) {
        retire($keeper) if !$keeper->{attempt} && ++$keeper->{idle_ticks} > IDLE_TICKS_MAX;
    }
    $is_ticking = %children ? 1 : 0;
    after(IDLE_TICK_MILLIS, \&tick) if $is_ticking;
}

sub retire {
    my ($keeper) = @_;
    delete $keepers{$keeper->{slot}};
    shutdown $keeper->{socket}, 1;
}

sub stop {
    my ($frame) = @_;
    my (undef, $id, $grace_millis) = fields($frame);
    my $keeper = $running{$id} or return;
    put($keeper->{socket}, $frame);
    $keeper->{is_stopping} = 1;
    after($grace_millis + KEEPER_MILLIS_MAX, sub { kill SIGKILL, $keeper->{pid} }, $keeper);
}

sub hand_on {
    my ($frame) = @_;
    my (undef, $id) = first_fields($frame, 2);
    my $keeper = $running{$id} or return;
    put($keeper->{socket}, $frame);
}

sub reap_children {
    sysread $signals, my $ignored, 4096;
    while ((my $pid = waitpid -1, WNOHANG) > 0) {
        delete $collectors{$pid};
        my $keeper = delete $children{$pid} // next;
        1 while hear_keeper($keeper);
        unwatch($keeper->{socket});
        cancel($keeper);
        my $successor = $keepers{$keeper->{slot}};
        delete $keepers{$keeper->{slot}} if $successor && $successor == $keeper;
        bury($keeper) if $keeper->{attempt};
    }
}

# A keeper has died with an attempt. Its namespace has died with it; where there is none, what it kept is now beneath
# the spawner itself.
sub bury {
    my ($keeper) = @_;
    my $left = !$cage{namespaces} && freeze_and_kill($$, {%children, %collectors});
    $left ||= $cage{cgroup} && !clear_cgroup("$cage{cgroup}/attempt-$keeper->{attempt}");
    return after(KILL_ROUND_MILLIS, sub { bury($keeper) }) if $left;
    my $id = delete $keeper->{attempt};
    delete $running{$id};
    return $probe = 'a first process was killed' if $id eq 'probe';
    my @sizes = map { -s "$keeper->{folder}/$_" || 0 } qw(out err);
    reply('ended', $id, 'signal', SIGKILL, now_millis() - $keeper->{began}, @sizes, 0, $keeper->{breach} // '', 0, 'spent', '', '');
}

# The agent is gone, or wants everything to end.
sub shut_down {
    $shutdown_at = now_millis();
    unwatch(*STDIN);
    shutdown $_->{socket}, 1 for values %children;
    kill SIGKILL, keys %collectors;
    after(SHUTDOWN_MILLIS_MAX, sub { });
    # One that is frozen cannot hear.
    after(KEEPER_MILLIS_MAX, sub { kill SIGKILL, keys %children });
}

# --------------------------------------------------------------------------------------- which level this machine gives
sub configure {
    my (undef, $levels, $uid_base, $folder, $cgroup_root, @hidden) = @_;
    sweep("$folder/attempts/");
    my @reasons;
    for my $level (split /,/, $levels) {
        my ($reason, @candidates) = candidates($level, $cgroup_root);
        for my $candidate (@candidates) {
            %cage = (uid => $>, gid => $) + 0, level => $level, uid_base => $uid_base + 0, %$candidate);
            $cage{veils} = veils($folder, @hidden) if $cage{namespaces};
            $cage{counts_processes} = $cage{own_uid} || $cage{namespaces} && kernel() >= COUNTS_IN_NAMESPACE_SINCE;
            $reason = try_cage("$folder/attempts/probe");
            if (!defined $reason) {
                clear_cgroups() if $cage{cgroup};
                my @features = grep { $cage{$_} } qw(own_uid namespaces cgroup counts_processes);
                return reply('ready', $level, "@features", @reasons);
            }
        }
        push @reasons, $level, $reason;
    }
    reply('ready', '', '', @reasons);
}

# Why a level is out of the question here, or the ways to give it, best first.
sub candidates {
    my ($level, $cgroup_root) = @_;
    my $root = $> == 0;
    return ('', {own_uid => $root}) if $level eq 'PROCESS_GROUP';
    my $wants_root = $level eq 'BOARD' || $level eq 'OWN_UID';
    return ('the agent does not run as root') if $wants_root && !$root;
    return ('the agent runs as root and can give each task a user of its own') if !$wants_root && $root;
    return ('', {own_uid => $root, namespaces => 1}) if $level eq 'OWN_UID' || $level eq 'NAMESPACES';
    my ($cgroup, $reason) = prepare_cgroup($cgroup_root);
    return ($reason) if !defined $cgroup;
    return ('', {own_uid => 1, namespaces => 1, cgroup => $cgroup}) if $root;
    return ('', {namespaces => 1, cgroup => $cgroup}, {cgroup => $cgroup});
}

# Runs "true" in this cage; why it did not work, or nothing.
sub try_cage {
    my ($folder) = @_;
    $probe = undef;
    my @limits = (READ_BYTES, 1000, 64 << 20, 16, 1 << 20);
    my @command = (1, 'true', 'PATH=/usr/local/bin:/usr/bin:/bin');
    obey(frame('start', 'probe', 0, $folder, "$folder/1", 0, 0, '', @limits, @command));
    my $deadline = now_millis() + PROBE_MILLIS_MAX;
    after(PROBE_MILLIS_MAX, sub { });
    turn() while !defined $probe && now_millis() < $deadline && !defined $shutdown_at;
    return if defined $probe && $probe eq '';
    # A keeper of this cage is none for the next.
    kill SIGKILL, keys %children;
    turn() while %children && now_millis() < $deadline && !defined $shutdown_at;
    return $probe // 'a first process did not come to its end';
}

sub kernel {
    my ($major, $minor) = (read_file('/proc/sys/kernel/osrelease') // '') =~ /^(\d+)\.(\d+)/ or return 0;
    return $major + $minor / 1000;
}

# What to cover so that an attempt sees no folder of the agent but its own. A folder that the task's user may not pass
# through is covered as a whole: beneath it there is nothing for that user anyway, and so its own folder can be reached.
sub veils {
    my ($folder, @hidden) = @_;
    my $so_far = '';
    for my $part ($cage{own_uid} ? split m{/}, $folder =~ s{^/}{}r : ()) {
        $so_far .= "/$part";
        my $mode = (stat $so_far)[2] // last;
        next if $mode & 1;
        $folder = $so_far;
        last;
    }
    return [sort { length $a <=> length $b } $folder, @hidden];
}

# Kills what an earlier life of this agent left: recognised by the folder in its environment.
sub sweep {
    my ($folder) = @_;
    for (1 .. FREEZE_ROUNDS_MAX) {
        my @left = grep {
            my $environment = "\0" . (read_file("/proc/$_/environ") // '');
            index($environment, "\0BRAMBLE_CHECKPOINT_DIR=$folder") >= 0;
        } grep /^\d+$/, list('/proc');
        return if !@left;
        kill SIGKILL, @left;
        select undef, undef, undef, KILL_ROUND_MILLIS / 1000;
    }
}

# --------------------------------------------------------------------------------------------------------- collecting
sub collect {
    my (undef, $request, $folder, $slot, $files_max, $bytes_max, @patterns) = @_;
    pipe(my $read, my $write) or return reply('collected', $request, 'problem', '', "no pipe: $!", 'complete');
    my $pid = fork;
    return reply('collected', $request, 'problem', '', "no process: $!", 'complete') if !defined $pid;
    if (!$pid) {
        forget_all();
        close $read;
        my @found = eval {
            sysopen(my $top, $folder, O_RDONLY | O_DIRECTORY) or die "$folder: $!\n";
            chdir $top or die "$folder: $!\n";
            my $uid = $cage{own_uid} ? $cage{uid_base} + $slot : $cage{uid};
            become($uid, $cage{own_uid} ? $uid : $cage{gid});
            must('prctl', PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
            collect_files(\@patterns, $files_max, $bytes_max);
        };
        @found = ('problem', '', "cannot be looked for: $@" =~ s/\n//gr, 'complete') if $@;
        my $packed = pack '(N/a*)*', @found;
        my $written = 0;
        while ($written < length $packed) { $written += syswrite($write, $packed, READ_BYTES, $written) // leave(1) }
        leave(0);
    }
    fcntl $read, F_SETFL, O_NONBLOCK;
    $collectors{$pid} = 1;
    my $answer = '';
    watch($read, sub { hear_collector($request, $pid, $read, \$answer) });
    after(COLLECT_MILLIS_MAX, sub { kill SIGKILL, $pid if $collectors{$pid} });
}

sub hear_collector {
    my ($request, $pid, $read, $answer) = @_;
    my $count = sysread $read, $$answer, READ_BYTES, length $$answer;
    kill SIGKILL, $pid if length $$answer > COLLECTED_BYTES_MAX && $collectors{$pid};
    return if $count || !defined $count && try_again();
    unwatch($read);
    my @found = unpack '(N/a*)*', $$answer;
    @found = ('problem', '', 'took too long or were too many', 'complete') if !@found || $found[-1] ne 'complete';
    reply('collected', $request, @found);
}

# --------------------------------------------------------------------------------------------------------------- main
# Perl itself ignores FPE.
@SIG{qw(HUP INT QUIT TERM PIPE USR1 USR2 CHLD FPE)} = ('DEFAULT') x 9;
# Blocked rather than ignored: a command gets them back with nothing lost. The spawner ends by its stdin alone.
my @blocked = (SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD);
signal_mask(SIG_BLOCK, @blocked);
$signals = signal_handle(SIGCHLD);
call('setsid');
must('prctl', PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
# What every attempt inherits.
bound_capabilities();
limit(RLIMIT_CORE, 0, 0);
limit(RLIMIT_NOFILE, OPEN_FILES);
umask 022;
chdir '/';
fcntl STDOUT, F_SETFL, O_NONBLOCK | O_WRONLY;
watch(*STDIN, \&read_orders);
watch($signals, \&reap_children);
reply('hello', $cage{uid}, $cage{gid});
turn() while !defined $shutdown_at || %children && now_millis() < $shutdown_at + SHUTDOWN_MILLIS_MAX;
