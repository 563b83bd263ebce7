# Copies an INBOX one message after the other as imapsync does by default, with the library that imapsync is made of
# (Debian: libmail-imapclient-perl): lists flags, dates, sizes and the headers it knows messages by on both sides, then fetches a
# message as one string, appends it with flags and date, and says so in a line. Of what imapsync does besides, nothing is done here.
#
#   perl bench/one-by-one.pl HOST USER MOST FROM-PORT FROM-CA TO-PORT TO-CA    the password comes on standard input
#
# Answers how many it copied in how many seconds, signing in not counted.
use strict;
use warnings;
use Mail::IMAPClient;
use Time::HiRes 'time';

my ($host, $user, $most, $from_port, $from_ca, $to_port, $to_ca) = @ARGV;
chomp(my $password = <STDIN>);

sub opened {
    my ($port, $ca) = @_;
    return Mail::IMAPClient->new(
        Server => $host, Port => $port, User => $user, Password => $password, Starttls => [ SSL_ca_file => $ca ],
        # As imapsync sets them.
        Uid => 1, Peek => 1, Fast_io => 0, Buffer => 4096, Clear => 2, Ignoresizeerrors => 1,
    ) || die "$@\n";
}

my ($from, $to) = (opened($from_port, $from_ca), opened($to_port, $to_ca));
my $begun = time;
my %listed;
for my $side ($to, $from) {
    $side->select('INBOX') or die $side->LastError;
    my @all = $side->messages or next;
    %listed = %{ $side->fetch_hash(\@all, 'FLAGS', 'INTERNALDATE', 'RFC822.SIZE',
        'BODY.PEEK[HEADER.FIELDS (MESSAGE-ID RECEIVED)]') };
}
my $copied = 0;
for my $uid (sort { $a <=> $b } keys %listed) {
    last if $copied == $most;
    my $message = $from->message_string($uid) // die $from->LastError;
    (my $flags = $listed{$uid}{FLAGS}) =~ s/\\Recent\s?//i;
    my $id = $to->append_string('INBOX', $message, $flags, $listed{$uid}{INTERNALDATE}) or die $to->LastError;
    $copied++;
    printf STDERR "msg INBOX/%d {%d} copied to INBOX/%s %.2f msgs/s\n", $uid, length $message, $id, $copied / (time - $begun);
}
printf "%d %.4f\n", $copied, time - $begun;
