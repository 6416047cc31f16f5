# Finds what an ended attempt leaves behind, as its own user: regular files only, beneath its folder, through no link.
#
# Each step down opens the folder itself, refusing links, and goes on from there, so that a name is never looked up
# twice. What is found is told as fields: file NAME SIZE EXECUTABLE | problem NAME SENTENCE | unmatched PATTERN, and
# "complete" at the end.
use strict;
use warnings;
use Errno qw(ELOOP);
use Fcntl qw(:mode O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_RDONLY);

use constant {
    # A folder with more is not what anybody means by outputs; listing so many takes about a second on a Pi.
    ENTRIES_MAX => 100_000,
    # Deeper than any output is; each level costs an open file.
    DEPTH_MAX => 64,
    # One sentence for each file refused, up to this; then one for the rest.
    PROBLEMS_MAX => 50,
    # A pattern for all files, those with a leading dot, too.
    EVERYTHING => [{any => 1, dots => 1}, {like => qr//}],
};

# A pattern's parts as [is it plain, text or expression], where ** stays as it is.
sub parse_pattern {
    my ($pattern) = @_;
    my @parts = split m{/}, $pattern;
    push @parts, '*' if @parts && $parts[-1] eq '**';
    return [map { $_ eq '**' ? {any => 1} : /[*?[]/ ? {like => glob_expression($_)} : {name => $_} } @parts];
}

sub glob_expression {
    my ($glob) = @_;
    utf8::decode($glob);
    my $expression = $glob =~ /^\./ ? '' : '(?!\.)';    # As in a shell: a leading dot is never matched by a wildcard.
    while ($glob =~ /\G(?:(\*)|(\?)|\[([!^]?)(\]?[^\]]*)\]|(.))/gs) {
        if (defined $1) { $expression .= '.*' }
        elsif (defined $2) { $expression .= '.' }
        elsif (defined $4) { $expression .= '[' . ($3 ? '^' : '') . $4 =~ s/([\\\[\]^&~|])/\\$1/gr . ']' }
        else { $expression .= quotemeta $5 }
    }
    # A range the wrong way round matches nothing.
    return eval { no warnings; qr/\A$expression\z/s } // qr/(?!)/;
}

# Walks from the folder it stands in. A state is [pattern, parts matched so far].
sub collect_files {
    my ($patterns, $files_max, $bytes_max) = @_;
    my $found = {
        fields => [], seen => {}, matched => {}, files => 0, beyond => 0, bytes => 0, asked => 0, entries => 0,
        problems => 0,
        files_max => $files_max, bytes_max => $bytes_max,
    };
    my @parsed = @$patterns ? map { parse_pattern($_) } @$patterns : EVERYTHING;
    look_into('', [map { [$_, 0] } 0 .. $#parsed], \@parsed, $found, 0);
    for my $index (0 .. $#$patterns) {
        push @{$found->{fields}}, 'unmatched', $patterns->[$index] if !$found->{matched}{$index};
    }
    my $all = $found->{files} + $found->{beyond};
    if ($all > $files_max) {
        problem($found, '', "$all files are more than the $files_max that are kept: pack them into fewer");
    }
    if ($found->{asked} > $bytes_max) {
        my $have = $all == 1 ? '1 file has' : "$all files have";
        problem($found, '', "$have $found->{asked} bytes, more than the $bytes_max that are kept: "
            . 'keep fewer or smaller ones');
    }
    return (@{$found->{fields}}, 'complete');
}

sub look_into {
    my ($path, $states, $parsed, $found, $depth) = @_;
    my @open = spread($states, $parsed);
    my $list = grep { !defined $parsed->[$_->[0]][$_->[1]]{name} } @open;
    my %names = map { $_ => 1 } map { $parsed->[$_->[0]][$_->[1]]{name} // () } @open;
    if ($list) {
        opendir(my $folder, '.') or return problem($found, $path, "cannot be listed: $!");
        for my $name (readdir $folder) {
            $names{$name} = 1 if $name ne '.' && $name ne '..';
            return problem($found, $path, 'and what is beneath it has too many files')
                if ++$found->{entries} > ENTRIES_MAX;
        }
    }
    for my $name (sort keys %names) {
        my @next = advance($name, \@open, $parsed);
        look_at($name, $path eq '' ? $name : "$path/$name", \@next, $parsed, $found, $depth) if @next;
    }
}

# ** matches no folder at all, too: the state after it is open at the same time.
sub spread {
    my ($states, $parsed) = @_;
    my (%seen, @open);
    my @rest = @$states;
    while (my $state = shift @rest) {
        my ($pattern, $at) = @$state;
        next if $seen{"$pattern $at"}++;
        push @open, $state;
        push @rest, [$pattern, $at + 1] if $parsed->[$pattern][$at]{any};
    }
    return @open;
}

sub advance {
    my ($name, $open, $parsed) = @_;
    my $text = $name;
    utf8::decode($text);
    my @next;
    for my $state (@$open) {
        my ($pattern, $at) = @$state;
        my $part = $parsed->[$pattern][$at];
        if ($part->{any}) { push @next, $state if $part->{dots} || $name !~ /^\./ }
        elsif (defined $part->{name} ? $name eq $part->{name} : $text =~ $part->{like}) {
            push @next, [$pattern, $at + 1];
        }
    }
    return @next;
}

sub look_at {
    my ($name, $path, $states, $parsed, $found, $depth) = @_;
    my @ended = grep { $_->[1] == @{$parsed->[$_->[0]]} } @$states;
    my @onward = grep { $_->[1] < @{$parsed->[$_->[0]]} } @$states;
    my $mode = (lstat $name)[2] // return;
    if (S_ISDIR($mode)) {
        # A wildcard that meets a folder passes it over, as it would in "cp"; a name that means one is a mistake.
        my @meant = grep { defined $parsed->[$_->[0]][-1]{name} } @ended;
        if (@meant) {
            $found->{matched}{$_->[0]} = 1 for @meant;
            problem($found, $path, "is a folder: write '$path/**' to keep the files in it");
        }
        step_down($name, $path, \@onward, $parsed, $found, $depth) if @onward;
        return;
    }
    if (!@ended) {
        my @through = grep { !$parsed->[$_->[0]][$_->[1]]{any} } @onward;
        problem($found, $path, 'is a link: links are not followed') if @through && S_ISLNK($mode);
        return;
    }
    $found->{matched}{$_->[0]} = 1 for @ended;
    take_file($name, $path, $found) if !$found->{seen}{$path}++;
}

sub step_down {
    my ($name, $path, $states, $parsed, $found, $depth) = @_;
    return problem($found, $path, 'is too deep: keep files nearer to the top') if $depth >= DEPTH_MAX;
    opendir(my $here, '.') or return problem($found, $path, "cannot be reached: $!");
    sysopen(my $there, $name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK)
        or return problem($found, $path, "cannot be opened: $!");
    chdir $there or return problem($found, $path, "cannot be entered: $!");
    look_into($path, $states, $parsed, $found, $depth + 1);
    chdir $here or die "cannot go back from $path: $!\n";
}

sub take_file {
    my ($name, $path, $found) = @_;
    my $file;
    if (!sysopen $file, $name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) {
        return problem($found, $path, 'is a link: links are not kept, write the file itself') if $! == ELOOP;
        # A socket cannot be opened at all; the mode says more than the error.
        my $mode = (lstat $name)[2] // 0;
        return problem($found, $path, 'is not a regular file') if !S_ISREG($mode);
        return problem($found, $path, "cannot be read by the task's user: $!");
    }
    my ($mode, $size) = (stat $file)[2, 7];
    return problem($found, $path, 'is not a regular file') if !S_ISREG($mode);
    return problem($found, $path, 'is setuid or setgid: such files are not kept') if $mode & (S_ISUID | S_ISGID);
    # Said once, with their number and bytes, when all are counted.
    $found->{asked} += $size;
    return $found->{beyond}++
        if $found->{files} >= $found->{files_max} || $found->{bytes} + $size > $found->{bytes_max};
    $found->{files}++;
    $found->{bytes} += $size;
    push @{$found->{fields}}, 'file', $path, $size, $mode & S_IXUSR ? 1 : 0;
}

sub problem {
    my ($found, $path, $sentence) = @_;
    my $count = ++$found->{problems};
    return if $count > PROBLEMS_MAX;
    ($path, $sentence) = ('', 'more files were refused; only the first ' . (PROBLEMS_MAX - 1) . ' are named')
        if $count == PROBLEMS_MAX;
    push @{$found->{fields}}, 'problem', $path, $sentence;
}

1;
