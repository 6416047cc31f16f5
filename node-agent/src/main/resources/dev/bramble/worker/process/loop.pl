# One thread that waits for many things, and the frames in which agent, spawner and keepers speak.
use strict;
use warnings;

use constant {
    # What one turn takes from one pipe: the size of a Linux pipe, so that none can hold up the others.
    READ_BYTES => 65536,
    # A frame holds an argument list and an environment, for which Linux has 6 MB at most.
    FRAME_BYTES_MAX => 16 << 20,
};

my %watched;    # what to do when it can be read, by file number
my %unsent;     # [handle, bytes that it would not take yet] by file number
my @timers;     # [when, what to do, whom it is for]
my $readable_set = '';

# A number, or a handle.
sub number { return ref $_[0] || ref \$_[0] eq 'GLOB' ? fileno $_[0] : $_[0] }

sub watch {
    my ($number, $action) = (number($_[0]), $_[1]);
    $watched{$number} = $action;
    vec($readable_set, $number, 1) = 1;
}

sub unwatch {
    my $number = number($_[0]);
    vec($readable_set, $number, 1) = 0 if delete $watched{$number};
}

sub after { my ($millis, $action, $owner) = @_; push @timers, [now_millis() + $millis, $action, $owner // 0] }
sub cancel { my ($owner) = @_; @timers = grep { $_->[2] != $owner } @timers if @timers }

# For a child, to which none of this belongs.
sub forget_all {
    %watched = %unsent = @timers = ();
    $readable_set = '';
}

sub turn {
    my $wait;
    if (@timers) {
        my $next = $timers[0][0];
        for (@timers) { $next = $_->[0] if $_->[0] < $next }
        $wait = ($next - now_millis()) / 1000;
        $wait = 0 if $wait < 0;
    }
    my ($readable, $writable) = ($readable_set, undef);
    if (%unsent) {
        $writable = '';
        vec($writable, $_, 1) = 1 for keys %unsent;
    }
    my $count = select $readable, $writable, undef, $wait;
    if ($count > 0) {
        if (defined $writable) {
            for my $number (grep { vec $writable, $_, 1 } keys %unsent) { put((delete $unsent{$number})->@*) }
        }
        for my $number (keys %watched) {
            next if !vec $readable, $number, 1;
            my $action = $watched{$number} or next;
            $action->();
        }
    }
    ring() if @timers;
}

sub ring {
    my $now = now_millis();
    # One at a time: what it does may cancel others that are due.
    while (my ($due) = grep { $_->[0] <= $now } @timers) {
        @timers = grep { $_ != $due } @timers;
        $due->[1]->();
    }
}

# Writes what $handle, which does not block, takes now, and the rest later. What nobody will read is dropped.
sub put {
    my ($handle, $bytes) = @_;
    my $number = fileno $handle // return;
    if ($unsent{$number}) {
        $unsent{$number}[1] .= $bytes;
        return;
    }
    my $sent = 0;
    while ($sent < length $bytes) {
        my $written = syswrite $handle, $bytes, length($bytes) - $sent, $sent;
        if (!defined $written) {
            $unsent{$number} = [$handle, substr $bytes, $sent] if try_again();
            return;
        }
        $sent += $written;
    }
}

sub is_sending { return scalar %unsent }

sub frame { return pack 'N/a*', pack '(N/a*)*', @_ }

# Reads from $handle into $$buffer; whether more may come, and each whole frame.
sub read_frames {
    my ($handle, $buffer) = @_;
    my $count = sysread $handle, $$buffer, READ_BYTES, length $$buffer;
    return 1 if !defined $count && try_again();
    return 0 if !$count;
    my @frames;
    while (length $$buffer >= 4) {
        my $length = 4 + unpack 'N', $$buffer;
        return 0 if $length > FRAME_BYTES_MAX;
        last if length $$buffer < $length;
        push @frames, substr $$buffer, 0, $length, '';
    }
    return (1, @frames);
}

sub fields { return unpack 'x4(N/a*)*', $_[0] }

# Only the first so many, for who hands a frame on.
sub first_fields { return unpack "x4(N/a*)$_[1]", $_[0] }

1;
