# Hands a text over and prints its id. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
require 'json'
require 'net/http'

text = { to: '+14155550123', from: '+15005550100', body: 'Your order #1234 has been shipped.' }
response = Net::HTTP.post(
  URI("#{ENV.fetch('SMSBRIDGE_URL')}/v1/messages/send"),
  JSON.generate(text),
  'Authorization' => "Bearer #{ENV.fetch('SMSBRIDGE_API_KEY')}",
  'Content-Type' => 'application/json',
  # What is sent twice under one key is one text: name what the text is about.
  'Idempotency-Key' => 'order-1234-shipped'
)
answer = JSON.parse(response.body)
abort "#{answer['code']}: #{answer['detail']} #{answer['action']}" unless response.is_a?(Net::HTTPSuccess)
puts answer['message_id']
