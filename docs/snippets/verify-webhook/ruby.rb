# Verifies a webhook (Standard Webhooks 1.0). To try it: ruby ruby.rb <id> <timestamp> <signature> < body
require 'openssl'

# body: the request's body as it came, before any parser; secret begins with whsec_.
def genuine?(headers, body, secret, now = Time.now.to_i)
  id, timestamp, signatures = headers.values_at('webhook-id', 'webhook-timestamp', 'webhook-signature').map(&:to_s)
  return false unless timestamp.match?(/\A\d{1,15}\z/) && (now - timestamp.to_i).abs <= 300

  key = secret.delete_prefix('whsec_').unpack1('m')
  expected = "v1,#{[OpenSSL::HMAC.digest('SHA256', key, "#{id}.#{timestamp}.#{body}")].pack('m0')}"
  # While a secret is being rotated there are several.
  signatures.split.any? { |given| given.bytesize == expected.bytesize && OpenSSL.fixed_length_secure_compare(given, expected) }
end

headers = %w[webhook-id webhook-timestamp webhook-signature].zip(ARGV).to_h
puts genuine?(headers, $stdin.read, ENV.fetch('WEBHOOK_SECRET')) ? 'genuine' : 'forged'
