# What a running attempt uses, looked at now and then: its disk, and its memory where no cgroup holds that.
#
# A task that ends before the first look costs nothing but a timer. A look goes in slices with long pauses, so that the
# largest folder costs a few percent of a core, and what the task prints is carried on meanwhile.
use strict;
use warnings;
use Errno qw(ENAMETOOLONG);
use Fcntl qw(S_ISDIR);

use constant {
    # A card writes some 40 MB in this time: what passes the limit is small beside the reserve that a node keeps free.
    LOOK_MILLIS => 2000,
    # Entries of folders between two pauses: some 2 ms, ten times that on a Pi.
    SLICE_ENTRIES => 500,
    # A pause is so many times the work before it.
    PAUSE_SHARE => 20,
    PAUSE_MILLIS_MIN => 10,
    # More would take a look a minute and the card its inodes; no honest task leaves so many files.
    LEFT_ENTRIES_MAX => 500_000,
    # Names of folders still to be looked into; beyond is not what anybody means by a working folder.
    OPEN_BYTES_MAX => 8 << 20,
    # Of more processes than this the first are looked at.
    FAMILY_MAX => 2000,
};

sub look_later {
    my ($attempt) = @_;
    after(LOOK_MILLIS, sub { look_at_disk($attempt) }, $attempt);
    after(LOOK_MILLIS, sub { look_at_memory($attempt) }, $attempt) if $attempt->{memory};
}

# Does $action after $millis of work, long enough later that this work is a small share.
sub after_pause {
    my ($attempt, $millis, $least, $action) = @_;
    my $pause = $millis * PAUSE_SHARE;
    after($pause > $least ? $pause : $least, $action, $attempt);
}

sub breaches {
    my ($attempt, $what, $used, $limit) = @_;
    return 0 if $used <= $limit;
    $attempt->{breach} = [$what, $used];
    kill_attempt();
    return 1;
}

# --------------------------------------------------------------------------------------------------------------- disk
sub look_at_disk {
    my ($attempt) = @_;
    my @folders = map { outside($_) } "$attempt->{home}/tmp", map { "$attempt->{folder}/$_" } qw(work checkpoint);
    my $device = (lstat outside($attempt->{folder}))[0] // -1;
    walk_on($attempt, {open => \@folders, names => 0, bytes => 0, entries => 0, millis => 0, device => $device});
}

sub walk_on {
    my ($attempt, $walk) = @_;
    my $began = now_millis();
    my $more = walk_slice($attempt, $walk);
    return if breaches($attempt, 'files', $walk->{entries}, LEFT_ENTRIES_MAX);
    return if breaches($attempt, 'disk', $walk->{bytes}, $attempt->{disk});
    my $millis = now_millis() - $began;
    $walk->{millis} += $millis;
    return after_pause($attempt, $millis, PAUSE_MILLIS_MIN, sub { walk_on($attempt, $walk) }) if $more;
    after_pause($attempt, $walk->{millis}, LOOK_MILLIS, sub { look_at_disk($attempt) });
}

# Whether there is more. What lies on another file system is not followed: it is a mount, or a trick.
sub walk_slice {
    my ($attempt, $walk) = @_;
    for (1 .. SLICE_ENTRIES) {
        if (!$walk->{handle}) {
            my $path = pop @{$walk->{open}} // return 0;
            $walk->{names} -= length $path;
            my ($device, undef, $mode) = lstat $path;
            next if !defined $device || $device != $walk->{device} || !S_ISDIR($mode);
            opendir($walk->{handle}, $path) or next;
            $walk->{path} = $path;
        }
        my $name = readdir $walk->{handle};
        if (!defined $name) { delete $walk->{handle} }
        elsif ($name ne '.' && $name ne '..') { count_entry($attempt, $walk, "$walk->{path}/$name") }
        return 0 if $walk->{entries} > LEFT_ENTRIES_MAX || $walk->{bytes} > $attempt->{disk};
    }
    return 1;
}

sub count_entry {
    my ($attempt, $walk, $path) = @_;
    my ($device, undef, $mode, $links, $uid, $blocks) = (lstat $path)[0 .. 4, 12];
    # Folders within folders, deeper than any path can say, are as good as hidden.
    return $walk->{entries} = LEFT_ENTRIES_MAX + 1 if !defined $device && $! == ENAMETOOLONG;
    return if !defined $device || $device != $walk->{device};
    $walk->{entries}++;
    # What was put there for it belongs to the agent.
    return if $uid != $attempt->{uid};
    my $is_folder = S_ISDIR($mode);
    $walk->{bytes} += int $blocks * 512 / ($is_folder || !$links ? 1 : $links);
    return if !$is_folder;
    push @{$walk->{open}}, $path;
    $walk->{names} += length $path;
    $walk->{entries} = LEFT_ENTRIES_MAX + 1 if $walk->{names} > OPEN_BYTES_MAX;
}

# ------------------------------------------------------------------------------------------------------------- memory
sub look_at_memory {
    my ($attempt) = @_;
    my $began = now_millis();
    return if breaches($attempt, 'memory', used_memory($attempt->{memory}), $attempt->{memory});
    after_pause($attempt, now_millis() - $began, LOOK_MILLIS, sub { look_at_memory($attempt) });
}

# Bytes of memory that are the attempt's own, swapped ones too; exact only when they come near $limit.
sub used_memory {
    my ($limit) = @_;
    my ($sum, $largest, @family) = (0, 0, family($$));
    for my $pid (@family) {
        my $status = read_file("/proc/$pid/status") // next;
        my $kilobytes = 0;
        $kilobytes += $1 while $status =~ /^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB/mg;
        $sum += $kilobytes * 1024;
        $largest = $kilobytes * 1024 if $kilobytes * 1024 > $largest;
    }
    return $sum if $sum <= $limit || $largest > $limit;
    # Forked processes share pages, which that sum counts once for each. This takes milliseconds for each gigabyte.
    my $exact = 0;
    for my $pid (@family) {
        my $rollup = read_file("/proc/$pid/smaps_rollup") // next;
        $exact += $1 * 1024 while $rollup =~ /^(?:Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+) kB/mg;
    }
    return $exact > $largest ? $exact : $largest;
}

# All beneath $root, by its children and theirs, where the kernel tells them.
sub family {
    my ($root) = @_;
    return descendants($root, {}) if !-e "/proc/$root/task/$root/children";
    my (@found, @open);
    @open = ($root);
    while (defined(my $pid = shift @open)) {
        my @next = map { split ' ', read_file("/proc/$pid/task/$_/children") // '' } list("/proc/$pid/task");
        push @found, @next;
        push @open, @next;
        last if @found > FAMILY_MAX;
    }
    return @found;
}

# ------------------------------------------------------------------------------------------------------ after the end
# Of an attempt that did not end well: whether one of its cgroup's limits was behind that.
sub look_back {
    my ($attempt) = @_;
    return if $attempt->{breach};
    my $memory = read_file("$attempt->{cgroup}/memory.events") // '';
    my $processes = read_file("$attempt->{cgroup}/pids.events") // '';
    if ($memory =~ /^oom_kill [1-9]/m) {
        # Without "oom" it was not its own limit that was reached.
        $attempt->{breach} = [$memory =~ /^oom [1-9]/m ? 'memory' : 'board_memory', 0];
    }
    elsif ($processes =~ /^max [1-9]/m) { $attempt->{breach} = ['processes', 0] }
}

1;
