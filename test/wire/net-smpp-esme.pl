#!/usr/bin/perl
# An ESME made of Net::SMPP: it binds, submits texts of every kind, waits for their receipts and one answer, unbinds,
# and writes down what it read, one JSON object a line. Usage: net-smpp-esme.pl PORT SYSTEM_ID PASSWORD
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

$| = 1;
my ($port, $system_id, $password) = @ARGV;
my $json = JSON::PP->new->canonical;
my %type = (source_addr_ton => 5, source_addr_npi => 0, source_addr => 'Perl', dest_addr_ton => 1, dest_addr_npi => 1);

my ($smsc, $bound) = Net::SMPP->new_transceiver('127.0.0.1', port => $port, smpp_version => 0x34,
    interface_version => 0x34, system_id => $system_id, password => $password, async => 0)
  or die "cannot connect: $!";
say_it(command => 'bind_transceiver_resp', status => $bound->{status}, system_id => $bound->{system_id});
exit 1 if $bound->{status};

my @texts = (
    { short_message => 'Hello from Perl' },
    { short_message => pack('n*', unpack('C*', "\x04\x1f")) , data_coding => 8 },
    { short_message => pack('C6', 5, 0, 3, 9, 2, 2) . 'two', esm_class => 0x40 },
    { short_message => pack('C6', 5, 0, 3, 9, 2, 1) . 'one, ', esm_class => 0x40 },
    { message_payload => 'p' x 400 },
);
$texts[1]{short_message} = pack 'H*', '041f04400438043204350442d83dde00';

my @ids;
my $sequence = 100;
for my $text (@texts) {
    $smsc->submit_sm(%type, destination_addr => '14155550123', registered_delivery => 1, %$text, seq => ++$sequence, async => 1);
}
$smsc->enquire_link(seq => ++$sequence, async => 1);

my ($receipts, $answers, $alive) = (0, 0, 0);
while ($receipts < @texts || $answers < 1 || !$alive) {
    my $pdu = $smsc->read_pdu() or die 'the connection ended';
    my $command = Net::SMPP::pdu_tab->{ $pdu->{cmd} }{cmd} || 'unknown';
    if ($command eq 'deliver_sm') {
        my $is_receipt = ($pdu->{esm_class} & 0x3c) == 0x04;
        $is_receipt ? $receipts++ : $answers++;
        $smsc->deliver_sm_resp(seq => $pdu->{seq}, message_id => '');
        say_it(command => $command, esm_class => $pdu->{esm_class}, text => $pdu->{short_message},
            receipted_message_id => $pdu->{receipted_message_id}, source_addr => $pdu->{source_addr});
    }
    else {
        $alive = 1 if $command eq 'enquire_link_resp';
        say_it(command => $command, seq => $pdu->{seq}, status => $pdu->{status}, message_id => $pdu->{message_id});
    }
}
my $unbound = $smsc->unbind(seq => ++$sequence, async => 0);
say_it(command => 'unbind_resp', status => $unbound->{status});

sub say_it {
    my %line = @_;
    delete $line{$_} for grep { !defined $line{$_} } keys %line;
    $line{receipted_message_id} =~ s/\0$// if defined $line{receipted_message_id};
    print $json->encode(\%line), "\n";
}
