# Copies an INBOX into a new folder, one message after the other, as imapsync does by default when it copies a folder for the first time, with the library
# that it is made of (Debian: libmail-imapclient-perl). What it does, by imapsync's own text (github.com/imapsync/imapsync, `imapsync`
# of commit 8d76e44c; the loop over folders as it stands in 1.5xx, where it is the program's main part):
# - init_imap: Clear 1, Buffer 4096, Fast_io off, Uid and Peek on, Ignoresizeerrors, commands of at most 1,000 characters; TLS
# - for each side: select, messages, parse_headers of Message-Id, Message-ID and Received, by which messages are known, fetch_hash of
#   FLAGS, INTERNALDATE and RFC822.SIZE
# - for each message that the other side has not: message_to_file into a string, append_string with flags (without \Recent) and date,
#   a line with rate and time left. Off by default: checkmessageexists, syncflagsaftercopy, skipmess and regexmess
# Not done here, to its advantage: the sizes of all folders, which it asks for on both sides before and after (--nofoldersizes). Nor are
# messages listed that are not to be copied: it is a mailbox of just so many.
#
#   perl bench/one-by-one.pl HOST USER MOST NEW-FOLDER FROM-PORT FROM-CA TO-PORT TO-CA    the password comes on standard input
#
# Answers how many it copied in how many seconds, signing in and making the folder not counted.
use strict;
use warnings;
use Mail::IMAPClient;
use Time::HiRes 'time';

my ($host, $user, $most, $folder, $from_port, $from_ca, $to_port, $to_ca) = @ARGV;
chomp(my $password = <STDIN>);
my @known_by = ('Message-Id', 'Message-ID', 'Received');

sub opened {
    my ($port, $ca) = @_;
    return Mail::IMAPClient->new(
        Server => $host, Port => $port, User => $user, Password => $password, Starttls => [ SSL_ca_file => $ca ],
        Uid => 1, Peek => 1, Fast_io => 0, Buffer => 4096, Clear => 1, Ignoresizeerrors => 1, Maxcommandlength => 1000,
    ) || die "$@\n";
}

# Numbers by what they are known by, and what is listed of each number.
sub listed {
    my ($side, $name) = @_;
    $side->select($name) or die $side->LastError;
    my @all = $side->messages or return ({}, {});
    splice @all, $most if @all > $most;
    my $heads = $side->parse_headers(\@all, @known_by) or die $side->LastError;
    my $facts = $side->fetch_hash(\@all, 'FLAGS', 'INTERNALDATE', 'RFC822.SIZE') or die $side->LastError;
    my %by_key;
    for my $uid (@all) {
        my $head = $heads->{$uid} or next;
        my $key = join '', map { my $name = $_; map { uc($name) . ":$_" } @{ $head->{$name} } } sort keys %$head;
        $by_key{$key} //= $uid;
    }
    return (\%by_key, $facts);
}

my ($from, $to) = (opened($from_port, $from_ca), opened($to_port, $to_ca));
$to->create($folder) or die $to->LastError;
my $begun = time;
my ($wanted, $facts) = listed($from, 'INBOX');
my ($there) = listed($to, $folder);
my ($copied, $bytes) = (0, 0);
for my $key (sort { $wanted->{$a} <=> $wanted->{$b} } keys %$wanted) {
    next if exists $there->{$key};
    my $uid = $wanted->{$key};
    my $message;
    $from->message_to_file(\$message, $uid) or die $from->LastError;
    (my $flags = $facts->{$uid}{FLAGS}) =~ s/\\Recent\s?//gi;
    my $id = $to->append_string($folder, $message, $flags, $facts->{$uid}{INTERNALDATE}) or die $to->LastError;
    $copied++;
    $bytes += length $message;
    my $spent = time - $begun;
    printf STDERR "msg INBOX/%d {%d} copied to %s/%s %.2f msgs/s %.0f KiB/s, %.0f s left\n", $uid, length $message, $folder, $id,
        $copied / $spent, $bytes / 1024 / $spent, ($most - $copied) * $spent / $copied;
}
printf "%d %.4f\n", $copied, time - $begun;
