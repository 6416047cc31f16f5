# The limits of attempts, where the agent has a cgroup v2 with controllers.
use strict;
use warnings;

use constant {
    # cpu.max counts in periods of this length, the kernel's default.
    CPU_PERIOD_MICROS => 100_000,
};

our %cage;

# The folder for the attempts' cgroups, or nothing and the reason. Without a setting: the agent's own, if delegated.
sub prepare_cgroup {
    my ($root) = @_;
    if ($root eq '') {
        my ($mount) = (read_file('/proc/self/mountinfo') // '') =~ m{^\S+ \S+ \S+ / (\S+) .* - cgroup2 }m;
        my ($own) = (read_file('/proc/self/cgroup') // '') =~ m{^0::(/.*)$}m;
        return (undef, 'there is no cgroup v2 here') if !defined $mount || !defined $own;
        # A service manager that delegates puts the agent into a leaf: attempts belong beside it.
        $root = $mount . $own =~ s{/agent$}{}r;
    }
    my $controllers = read_file("$root/cgroup.controllers") // return (undef, "$root is no cgroup v2");
    my @missing = grep { $controllers !~ /\b$_\b/ } qw(cpu memory pids);
    # The firmware of a Pi takes this one away unless it is told not to.
    my $advice = (read_file('/proc/cmdline') // '') =~ /\bcgroup_disable=memory\b/
        ? ' (cgroup_enable=memory on the kernel\'s command line gives memory back)' : '';
    return (undef, "the cgroup v2 at $root lacks the controllers @missing$advice") if @missing;
    return ($root) if eval { enable($root) };
    # Only a cgroup without processes of its own may have children with limits.
    my @inside = split ' ', read_file("$root/cgroup.procs") // '';
    return (undef, "the cgroup $root holds other processes, too") if grep { $_ != $$ && $_ != getppid } @inside;
    return ($root) if eval { move_aside($root, @inside) && enable($root) };
    return (undef, "the cgroup $root is not delegated to the agent");
}

sub move_aside {
    my ($root, @inside) = @_;
    -d "$root/agent" or mkdir "$root/agent" or return 0;
    write_file("$root/agent/cgroup.procs", $_) for @inside;
    return 1;
}

sub enable {
    my ($root) = @_;
    write_file("$root/cgroup.subtree_control", '+cpu +memory +pids');
    return 1;
}

sub make_cgroup {
    my ($order) = @_;
    my $path = "$cage{cgroup}/attempt-$order->{id}";
    -d $path or mkdir $path or die "$path: $!\n";
    write_file("$path/memory.max", $order->{memory}) if $order->{memory} > 0;
    write_file("$path/memory.swap.max", 0) if -e "$path/memory.swap.max";
    write_file("$path/cpu.max", $order->{milli_cpus} * CPU_PERIOD_MICROS / 1000 . ' ' . CPU_PERIOD_MICROS)
        if $order->{milli_cpus} > 0;
    write_file("$path/pids.max", $order->{processes}) if $order->{processes} > 0;
    return $path;
}

# True once nothing is in it; until then what is there is killed.
sub clear_cgroup {
    my ($path) = @_;
    if ((read_file("$path/cgroup.events") // '') =~ /^populated 1/m) {
        eval { write_file("$path/cgroup.kill", 1) };
        return 0;
    }
    rmdir $_ for grep { -d } map { "$path/$_" } list($path);
    rmdir $path;
    return 1;
}

sub clear_cgroups { clear_cgroup("$cage{cgroup}/$_") for grep /^attempt-/, list($cage{cgroup}) }

1;
