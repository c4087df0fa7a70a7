#!/usr/bin/perl
# An SMSC made of Net::SMPP: it takes what is submitted, reports on it, and writes down what it read, one JSON object a
# line. Usage: net-smpp-smsc.pl PORT
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

$| = 1;
my ($port) = @ARGV;
my $json  = JSON::PP->new->canonical;
my $smsc  = Net::SMPP->new_listen('127.0.0.1', port => $port, smpp_version => 0x34, interface_version => 0x34)
  or die "cannot listen: $!";
my $count = 0;
print $json->encode({ listening => $port + 0 }), "\n";

while (1) {
    my $esme = $smsc->accept or next;
    ${*$esme}{async} = 1;
    serve($esme);
    close $esme;
}

sub serve {
    my ($esme) = @_;
    while (my $pdu = $esme->read_pdu()) {
        my $command = Net::SMPP::pdu_tab->{ $pdu->{cmd} }{cmd} || 'unknown';
        print $json->encode({ command => $command, seq => $pdu->{seq}, status => $pdu->{status}, fields => fields($pdu) }), "\n";
        if ($command eq 'bind_transceiver') {
            $esme->bind_transceiver_resp(seq => $pdu->{seq}, system_id => 'perl');
        }
        elsif ($command eq 'submit_sm') {
            my $id = sprintf '%X', 0xA0000000 + ++$count;
            $esme->submit_sm_resp(seq => $pdu->{seq}, message_id => $id);
            receipt($esme, $pdu, $id);
            answer($esme, $pdu) if $count == 1;
        }
        elsif ($command eq 'enquire_link') { $esme->enquire_link_resp(seq => $pdu->{seq}) }
        elsif ($command eq 'unbind') { $esme->unbind_resp(seq => $pdu->{seq}); return }
    }
}

sub receipt {
    my ($esme, $pdu, $id) = @_;
    $esme->deliver_sm(
        source_addr      => $pdu->{destination_addr},
        destination_addr => $pdu->{source_addr},
        source_addr_ton  => 1,
        source_addr_npi  => 1,
        esm_class        => 0x04,
        short_message    => "id:$id sub:001 dlvrd:001 submit date:2611201200 done date:2611201201 stat:DELIVRD err:000 text:",
        async            => 1,
    );
}

# A text from the phone in two parts, the second one first.
sub answer {
    my ($esme, $pdu) = @_;
    for my $part (2, 1) {
        $esme->deliver_sm(
            source_addr      => $pdu->{destination_addr},
            destination_addr => $pdu->{source_addr},
            source_addr_ton  => 1,
            source_addr_npi  => 1,
            esm_class        => 0x40,
            short_message    => pack('C6', 5, 0, 3, 77, 2, $part) . ($part == 1 ? 'part one, ' : 'part two'),
            async            => 1,
        );
    }
}

sub fields {
    my ($pdu) = @_;
    my %read;
    for my $name (grep { /^[a-z_]+$/ && !/^(data|cmd|seq|status|known_pdu|reserved|password)$/ } keys %$pdu) {
        my $value = $pdu->{$name};
        next unless defined $value;
        $read{$name} = $name =~ /short_message|payload/ ? unpack('H*', $value) : "$value";
    }
    return \%read;
}
